import { join } from "node:path";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import type { PackageIndex, Place, Variables } from "../package-manager.ts";
import type { PoetryProject } from "./project.ts";

/** Settings for Poetry: which environment, and nothing that a setting of the user or of poetry.toml could turn around. */
export const environment = ({ project, venv, cacheDir, indexes }: Place): Variables => ({
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
      namesOf(index, (project as PoetryProject).pyproject).flatMap((name) => credentials({ ...index, name })),
    ),
  ),
});

/** The names by which Poetry knows an index: its own, and those that `[[tool.poetry.source]]` has for its address. */
export function namesOf({ name, url }: Pick<PackageIndex, "name" | "url">, pyproject: Table): readonly string[] {
  const sources = tableOf(tableOf(pyproject["tool"])["poetry"])["source"];
  const same = (Array.isArray(sources) ? sources.map(tableOf) : []).filter(
    (source) => url !== undefined && plain(stringOf(source["url"]) ?? "") === plain(url),
  );
  return [...new Set([name, ...same.flatMap((source) => stringOf(source["name"]) ?? [])])];
}

const plain = (address: string): string => address.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1").replace(/\/+$/, "");

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
