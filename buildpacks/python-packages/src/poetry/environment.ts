import { join } from "node:path";
import type { LockfileLocation, PackageIndex, Variables } from "../package-manager.ts";
import { sourcesOf } from "../project/named-indexes.ts";
import { namesOf } from "../registry/same-index.ts";
import type { PoetryProject } from "./project.ts";

/**
 * The environment variables for Poetry. They select the virtual environment, and override settings
 * of the user or poetry.toml that conflict with the build.
 */
export const environment = ({ project, venv, cacheDir, indexes }: LockfileLocation): Variables => ({
  VIRTUAL_ENV: venv.dir,
  POETRY_VIRTUALENVS_CREATE: "true",
  CONDA_PREFIX: undefined,
  CONDA_DEFAULT_ENV: undefined,
  POETRY_ACTIVE: undefined,
  POETRY_CACHE_DIR: join(cacheDir, "poetry"),
  PIP_CACHE_DIR: join(cacheDir, "pip"),
  // without it a build without a desktop may wait for one that asks for a password
  POETRY_KEYRING_ENABLED: "false",
  PYTHON_KEYRING_BACKEND: "keyring.backends.null.Keyring",
  // modules of the app would be taken for Poetry's own
  PYTHONPATH: undefined,
  ...Object.fromEntries(
    indexes.flatMap((index) =>
      namesOf(index, sourcesOf((project as PoetryProject).pyproject, "poetry")).flatMap((name) =>
        credentials({ ...index, name }),
      ),
    ),
  ),
});

export function credentials({
  name,
  username,
  password,
}: Pick<PackageIndex, "name" | "username" | "password">): readonly (readonly [string, string])[] {
  const variable = `POETRY_HTTP_BASIC_${name.toUpperCase().replace(/[^A-Z\d]/g, "_")}`;
  return [
    ...(username === undefined ? [] : [[`${variable}_USERNAME`, username] as const]),
    ...(password === undefined ? [] : [[`${variable}_PASSWORD`, password] as const]),
  ];
}
