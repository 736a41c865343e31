import { isTable, stringOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import type { PackageIndex, Variables } from "../package-manager.ts";
import { isSame, type NamedIndex, namesOf } from "../registry/same-index.ts";
import type { UvLock } from "./lockfile.ts";

/** An index as `[[tool.uv.index]]` names it. */
export interface UvIndex extends NamedIndex {
  /** Asked instead of the public one. */
  readonly isDefault: boolean;
}

/** The named indexes of tables: of `[tool.uv]` in pyproject.toml, of uv.toml. */
export const namedIndexes = (tables: readonly Table[]): readonly UvIndex[] =>
  tables
    .flatMap((table) => (Array.isArray(table["index"]) ? table["index"] : []))
    .filter(isTable)
    .flatMap((table) => {
      const [name, url] = [stringOf(table["name"]), stringOf(table["url"])];
      return name === undefined || url === undefined ? [] : [{ name, url, isDefault: table["default"] === true }];
    });

/**
 * Variables that give uv the indexes of the user: credentials by the name that the app has for an index, the default one, and of
 * the others those that the lockfile has, too: uv loads each file from the address that is locked in any case.
 */
export function indexVariables(
  indexes: readonly PackageIndex[],
  { named, lock }: { readonly named: readonly NamedIndex[]; readonly lock: UvLock | undefined },
): Variables {
  const known = (url: string) => lock === undefined || lock.packages.some(({ source }) => isSame(source.address, url));
  const added = indexes.filter(
    ({ url, isDefault }) =>
      url !== undefined && (isDefault || known(url)) && !named.some((each) => isSame(each.url, url)),
  );
  const credentials = indexes.flatMap((index) =>
    namesOf(index, named).flatMap((name) => credentialVariables(name, index)),
  );
  const [main] = added.filter(({ isDefault }) => isDefault);
  const others = added.filter((each) => each !== main).map(({ name, url }) => `${plainName(name)}=${url}`);
  return {
    ...Object.fromEntries(credentials),
    ...(main !== undefined && { UV_DEFAULT_INDEX: `${plainName(main.name)}=${main.url}` }),
    ...(others.length > 0 && { UV_INDEX: others.join(" ") }),
  };
}

const credentialVariables = (
  name: string,
  { username, password }: PackageIndex,
): readonly (readonly [string, string])[] => {
  const variable = `UV_INDEX_${name.toUpperCase().replace(/[^A-Z\d]/g, "_")}`;
  return [
    ...(username === undefined ? [] : [[`${variable}_USERNAME`, username] as const]),
    ...(password === undefined ? [] : [[`${variable}_PASSWORD`, password] as const]),
  ];
};

/** uv takes no other letters in a name. */
export const plainName = (name: string): string => name.replace(/[^\w.-]/g, "-");
