import type { ManagerName } from "../package-manager.ts";

/** The facts about a failure for its explanation. */
export interface Facts {
  readonly manager: ManagerName;
  readonly lockfile?: string | undefined;
  /** The package that it is about, in the words of a sentence. */
  readonly subject: string;
  readonly module?: string | undefined;
}

/** The values of an explanation's words in capitals. */
export const wordsOf = ({
  manager,
  lockfile,
  subject,
  module = "a module",
}: Facts): Readonly<Record<string, string>> => ({
  ...tools[manager],
  LOCKFILE: lockfile ?? tools[manager].LOCKFILE,
  // requirements are both
  MANIFEST: manager === "pip" ? (lockfile ?? "requirements.txt") : tools[manager].MANIFEST,
  SUBJECT: subject,
  MODULE: module,
});

interface Words {
  readonly MANAGER: string;
  readonly LOCKFILE: string;
  readonly MANIFEST: string;
  readonly LOCK: string;
  readonly INDEX: string;
  readonly TOOL_VERSION: string;
  readonly UNPACKAGED: string;
}

const tools: Readonly<Record<ManagerName, Words>> = {
  pip: {
    MANAGER: "pip",
    LOCKFILE: "requirements.txt",
    MANIFEST: "requirements.txt",
    LOCK: "pip-compile",
    INDEX: "PIP_INDEX_URL",
    TOOL_VERSION: "BP_PIP_VERSION",
    UNPACKAGED: "name its packages in requirements.txt instead of the app itself",
  },
  uv: {
    MANAGER: "uv",
    LOCKFILE: "uv.lock",
    MANIFEST: "pyproject.toml",
    LOCK: "uv lock",
    INDEX: "[[tool.uv.index]] or UV_DEFAULT_INDEX",
    TOOL_VERSION: "BP_UV_VERSION",
    UNPACKAGED: "remove [build-system] from pyproject.toml, or write package = false into [tool.uv]",
  },
  poetry: {
    MANAGER: "Poetry",
    LOCKFILE: "poetry.lock",
    MANIFEST: "pyproject.toml",
    LOCK: "poetry lock",
    INDEX: "[[tool.poetry.source]]",
    TOOL_VERSION: "BP_POETRY_VERSION",
    UNPACKAGED: "write package-mode = false into [tool.poetry] of pyproject.toml",
  },
  pipenv: {
    MANAGER: "Pipenv",
    LOCKFILE: "Pipfile.lock",
    MANIFEST: "Pipfile",
    LOCK: "pipenv lock",
    INDEX: "[[source]]",
    TOOL_VERSION: "BP_PIPENV_VERSION",
    UNPACKAGED: "remove it from the Pipfile",
  },
  pdm: {
    MANAGER: "PDM",
    LOCKFILE: "pdm.lock",
    MANIFEST: "pyproject.toml",
    LOCK: "pdm lock",
    INDEX: "[[tool.pdm.source]]",
    TOOL_VERSION: "BP_PDM_VERSION",
    UNPACKAGED: "write distribution = false into [tool.pdm] of pyproject.toml",
  },
};
