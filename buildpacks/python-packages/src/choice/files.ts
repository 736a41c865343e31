import type { s } from "libcnb";
import type { Settings } from "../contract.ts";
import type { ManagerName } from "../package-manager.ts";
import type { PyprojectSigns } from "./pyproject.ts";

/** A lockfile, the tool that writes it, and its manifest. */
export interface Lockfile {
  readonly name: string;
  readonly owner: ManagerName;
  /** The manifest that the tool needs to read the lockfile. */
  readonly manifest: string;
}

/** Lockfiles of tools. `requirements.txt` and `pylock.toml` are none of these: other tools write them for pip. */
const lockfiles: readonly Lockfile[] = [
  { name: "uv.lock", owner: "uv", manifest: "pyproject.toml" },
  { name: "poetry.lock", owner: "poetry", manifest: "pyproject.toml" },
  { name: "pdm.lock", owner: "pdm", manifest: "pyproject.toml" },
  { name: "Pipfile.lock", owner: "pipenv", manifest: "Pipfile" },
];

/**
 * Selects the lockfiles among file names. `complete` contains the lockfiles that have the manifest
 * that their tool needs. `stray` contains the others.
 */
export function lockfilesIn(files: readonly string[]): {
  readonly complete: readonly Lockfile[];
  readonly stray: readonly Lockfile[];
} {
  const found = lockfiles.filter(({ name }) => files.includes(name));
  const isComplete = ({ manifest }: Lockfile) => files.includes(manifest);
  return { complete: found.filter(isComplete), stray: found.filter((each) => !isComplete(each)) };
}

/** The files that pip reads, in order of precedence. Other tools also support pylock.toml. */
export const pipFiles = ["pylock.toml", "requirements.txt"] as const;

/**
 * The names of files whose existence, with any content, means that the app has packages to install.
 */
export const decisiveNames: readonly string[] = [
  ...lockfiles.map(({ name }) => name),
  ...pipFiles,
  "Pipfile",
  "setup.py",
];

/** Returns the name of the lockfile that a tool writes. */
export const lockfileOf = (name: ManagerName): string =>
  lockfiles.find(({ owner }) => owner === name)?.name ?? "requirements.txt";

/** The display names of the supported tools. */
export const titles: Readonly<Record<ManagerName, string>> = {
  pip: "pip",
  uv: "uv",
  poetry: "Poetry",
  pipenv: "Pipenv",
  pdm: "PDM",
};

/** True if a text is the name of a supported tool. */
export const isManager = (name: string): name is ManagerName => Object.hasOwn(titles, name);

/** The command that writes the lockfile, for each tool. */
export const lockCommands: Readonly<Record<ManagerName, string>> = {
  pip: "pip freeze > requirements.txt",
  uv: "uv lock",
  poetry: "poetry lock",
  pipenv: "pipenv lock",
  pdm: "pdm lock",
};

/**
 * The files and settings that determine which tool installs an app's packages, with the lockfiles
 * and the evidence for tools that were found in them.
 */
export interface FoundSources extends ChoiceSources {
  readonly complete: readonly Lockfile[];
  readonly stray: readonly Lockfile[];
  readonly signs: PyprojectSigns;
}

/** A tool, the evidence for it, and the file with its packages. */
export interface ToolPick {
  readonly name: ManagerName;
  readonly source: string;
  readonly lockfile: string | undefined;
}

/** The files and settings that determine which tool installs an app's packages. */
export interface ChoiceSources {
  /** The settings BP_PYTHON_PACKAGE_MANAGER, BP_PIP_REQUIREMENT and BP_<TOOL>_VERSION. */
  readonly settings: Partial<Settings>;
  /** The names in the project's directory. Names of directories end with `/`. */
  readonly files: readonly string[];
  readonly pyproject: s.Table | undefined;
  readonly uvToml?: s.Table | undefined;
}
