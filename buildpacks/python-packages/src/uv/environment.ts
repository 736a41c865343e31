import { join } from "node:path";
import type { Env } from "libcnb";
import type { InstallContext, PackageIndex, Variables } from "../package-manager.ts";
import { certificatesOfPip, withIndexOfPip } from "../project/pip-settings.ts";
import { indexVariables, namedIndexes } from "./indexes.ts";
import { type Indexes, unknownTo } from "./mirror.ts";
import type { UvProject } from "./project.ts";

/**
 * Returns the environment variables for uv. They select Python and the virtual environment, and
 * override user settings that conflict with the build.
 */
export function environment({ project, venv, cacheDir, indexes }: InstallContext): Variables {
  const known = indexesOf(project as UvProject, indexes);
  return {
    ...unset,
    UV_PROJECT_ENVIRONMENT: venv.dir,
    // otherwise uv recreates the environment with another Python, if .python-version names one
    UV_PYTHON: venv.python,
    UV_PYTHON_DOWNLOADS: "never",
    UV_NO_MANAGED_PYTHON: "1",
    UV_CACHE_DIR: join(cacheDir, "uv"),
    // a hard link would carry what is done to a file of the environment into the cache
    UV_LINK_MODE: "copy",
    UV_NO_PROGRESS: "1",
    ...certificatesOfPip(project.env),
    ...indexVariables(withFittingIndexOfPip(known), known),
    // the user's own win
    ...only(project.env, ["UV_DEFAULT_INDEX", "UV_INDEX"]),
  };
}

/** Returns all indexes for a project: those in its files, in variables and in bindings. */
export const indexesOf = ({ lock, settingsTables, env }: UvProject, bound: readonly PackageIndex[]): Indexes => ({
  lock,
  env,
  bound,
  named: namedIndexes(settingsTables),
});

/**
 * Adds the index in PIP_INDEX_URL if it does not replace another index of the lockfile. uv itself
 * does not read this variable, so the variable is not a request to use another index.
 */
function withFittingIndexOfPip(indexes: Indexes): readonly PackageIndex[] {
  const { bound, env } = indexes;
  const url = env.PIP_INDEX_URL;
  return url && unknownTo(url, indexes).length === 0 ? withIndexOfPip(bound, env) : bound;
}

/**
 * Variables that would let uv work in another directory, with another lockfile policy or with other
 * groups.
 */
const unset: Variables = Object.fromEntries(
  [
    "VIRTUAL_ENV",
    "UV_COMPILE_BYTECODE",
    "UV_DEV",
    "UV_FROZEN",
    "UV_ISOLATED",
    "UV_LOCKED",
    "UV_MANAGED_PYTHON",
    "UV_NO_CACHE",
    "UV_NO_SYNC",
    "UV_PROJECT",
    "UV_SYSTEM_PYTHON",
    "UV_WORKING_DIR",
    "UV_WORKING_DIRECTORY",
  ].map((name) => [name, undefined]),
);

const only = (env: Env, names: readonly string[]): Variables =>
  Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name)));
