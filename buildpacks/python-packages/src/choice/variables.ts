import { type Env, UserError } from "libcnb";
import type { ManagerName } from "../package-manager.ts";

/**
 * Refuses variables that would let a tool install elsewhere, or nothing, with a hint.
 *
 * @throws UserError PYTHON_VARIABLES_FORBIDDEN, with all of them
 */
export function checkVariables(env: Env, tool: ManagerName): void {
  const found = Object.entries({ ...ofPython, ...ofPip, ...ofTools[tool] }).filter(([name]) => env[name]);
  if (found.length === 0) return;
  throw new UserError(
    "PYTHON_VARIABLES_FORBIDDEN",
    `variables of the build contradict what this buildpack does: ${found.map(([name]) => name).join(", ")}`,
    {
      cause: found.map(([name, { does }]) => `${name} ${does}`).join("; "),
      hint: `Remove ${found.length === 1 ? "it" : "them"} from the build${found.map(advice).join("")}.`,
    },
  );
}

interface Refusal {
  /** Goes on after the name: `lets pip install elsewhere`. */
  readonly does: string;
  readonly instead?: string;
}

const advice = ([name, { instead }]: readonly [string, Refusal]): string =>
  instead === undefined ? "" : `; instead of ${name}, ${instead}`;

type Refusals = Readonly<Record<string, Refusal>>;

const outsideEnvironment: Refusal = { does: "lets packages be installed outside of the virtual environment" };
const interpreter: Refusal = { does: "names another Python", instead: "set BP_CPYTHON_VERSION" };

const ofPython: Refusals = {
  PYTHONHOME: { does: "lets Python look for its own library elsewhere" },
  PYTHONPLATLIBDIR: { does: "lets Python look for its own library elsewhere" },
  PYTHONINSPECT: { does: "keeps Python from ending" },
  PYTHONPYCACHEPREFIX: { does: "lets bytecode be written where it is not found at launch" },
  VIRTUAL_ENV: { does: "names another virtual environment" },
};

/** All tools come by pip. */
const ofPip: Refusals = {
  PIP_TARGET: outsideEnvironment,
  PIP_PREFIX: outsideEnvironment,
  PIP_ROOT: outsideEnvironment,
  PIP_USER: outsideEnvironment,
  PIP_PYTHON: interpreter,
  PIP_DRY_RUN: { does: "lets nothing be installed" },
  PIP_REQUIREMENT: { does: "adds to all that pip installs", instead: "set BP_PIP_REQUIREMENT" },
  PIP_EDITABLE: { does: "adds to all that pip installs", instead: "write it into requirements.txt" },
};

const ofTools: Readonly<Record<ManagerName, Refusals>> = {
  pip: {},
  uv: {
    UV_PROJECT_ENVIRONMENT: outsideEnvironment,
    UV_SYSTEM_PYTHON: outsideEnvironment,
    UV_PYTHON: interpreter,
    UV_MANAGED_PYTHON: interpreter,
    UV_PROJECT: { does: "names another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    UV_WORKING_DIR: { does: "names another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    UV_NO_SYNC: { does: "lets nothing be installed" },
    UV_FROZEN: { does: "hides that uv.lock does not match pyproject.toml" },
    UV_DEV: { does: "adds packages for development", instead: "set BP_PYTHON_GROUPS" },
  },
  poetry: {},
  pipenv: {
    PIPENV_PIPFILE: { does: "names another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    PIPENV_PYTHON: interpreter,
    PIPENV_DEFAULT_PYTHON_VERSION: interpreter,
    PIPENV_DEV: { does: "adds packages for development", instead: "set BP_PYTHON_GROUPS" },
  },
  pdm: {
    PDM_PYTHON: interpreter,
    PDM_LOCKFILE: { does: "names another lockfile", instead: "commit it as pdm.lock" },
    PDM_PROJECT: { does: "names another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    PDM_FROZEN_LOCKFILE: { does: "hides that pdm.lock does not match pyproject.toml" },
  },
};
