import { type Env, UserError } from "libcnb";
import type { ManagerName } from "../package-manager.ts";

/**
 * Throws if an environment variable would make a tool install packages at another path, or not at
 * all.
 *
 * @throws UserError PYTHON_VARIABLES_FORBIDDEN, which lists all of them
 */
export function checkVariables(env: Env, tool: ManagerName): void {
  const found = Object.entries({ ...ofPython, ...ofPip, ...ofTools[tool] }).filter(([name]) => env[name]);
  if (found.length === 0) return;
  throw new UserError(
    "PYTHON_VARIABLES_FORBIDDEN",
    `environment variables of the build conflict with this buildpack: ${found.map(([name]) => name).join(", ")}`,
    {
      cause: found.map(([name, { does }]) => `${name} ${does}`).join("; "),
      hint: `Unset ${found.map(([name]) => name).join(", ")} for the build${found.map(advice).join("")}.`,
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

const outsideEnvironment: Refusal = { does: "installs packages outside of the virtual environment" };
const interpreter: Refusal = { does: "selects another Python", instead: "set BP_CPYTHON_VERSION" };

const ofPython: Refusals = {
  PYTHONHOME: { does: "changes where Python looks for its standard library" },
  PYTHONPLATLIBDIR: { does: "changes where Python looks for its standard library" },
  PYTHONINSPECT: { does: "keeps Python running after a program ends" },
  PYTHONPYCACHEPREFIX: { does: "moves bytecode to a directory that is not in the image" },
  VIRTUAL_ENV: { does: "selects another virtual environment" },
};

/** All tools come by pip. */
const ofPip: Refusals = {
  PIP_TARGET: outsideEnvironment,
  PIP_PREFIX: outsideEnvironment,
  PIP_ROOT: outsideEnvironment,
  PIP_USER: outsideEnvironment,
  PIP_PYTHON: interpreter,
  PIP_DRY_RUN: { does: "prevents the installation" },
  PIP_REQUIREMENT: { does: "adds packages to every run of pip", instead: "set BP_PIP_REQUIREMENT" },
  PIP_EDITABLE: { does: "adds packages to every run of pip", instead: "write the package into requirements.txt" },
};

const ofTools: Readonly<Record<ManagerName, Refusals>> = {
  pip: {},
  uv: {
    UV_PROJECT_ENVIRONMENT: outsideEnvironment,
    UV_SYSTEM_PYTHON: outsideEnvironment,
    UV_PYTHON: interpreter,
    UV_MANAGED_PYTHON: interpreter,
    UV_PROJECT: { does: "selects another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    UV_WORKING_DIR: { does: "selects another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    UV_NO_SYNC: { does: "prevents the installation" },
    UV_FROZEN: { does: "hides that uv.lock does not match pyproject.toml" },
    UV_DEV: { does: "adds development packages", instead: "set BP_PYTHON_GROUPS" },
  },
  poetry: {},
  pipenv: {
    PIPENV_PIPFILE: { does: "selects another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    PIPENV_PYTHON: interpreter,
    PIPENV_DEFAULT_PYTHON_VERSION: interpreter,
    PIPENV_DEV: { does: "adds development packages", instead: "set BP_PYTHON_GROUPS" },
  },
  pdm: {
    PDM_PYTHON: interpreter,
    PDM_LOCKFILE: { does: "selects another lockfile", instead: "commit that lockfile as pdm.lock" },
    PDM_PROJECT: { does: "selects another project", instead: "set BP_PYTHON_PROJECT_PATH" },
    PDM_FROZEN_LOCKFILE: { does: "hides that pdm.lock does not match pyproject.toml" },
  },
};
