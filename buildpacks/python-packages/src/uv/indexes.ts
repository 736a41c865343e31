import { defined } from "@libcnb/app-kit/defined";
import { isTable, stringOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { PackageIndex, Variables } from "../package-manager.ts";
import { isSame, type NamedIndex, namesOf } from "../registry/named-indexes.ts";
import type { UvLock } from "./lockfile.ts";

/** An index in `[[tool.uv.index]]`. */
export interface UvIndex extends NamedIndex {
  /** True to use the index instead of the public one. */
  readonly isDefault: boolean;
}

/** Reads the named package indexes in tables: in `[tool.uv]` of pyproject.toml, and in uv.toml. */
export const namedIndexes = (tables: readonly s.Table[]): readonly UvIndex[] =>
  tables
    .flatMap((table) => (Array.isArray(table["index"]) ? table["index"] : []))
    .filter(isTable)
    .flatMap((table) => {
      const [name, url] = [stringOf(table["name"]), stringOf(table["url"])];
      return name === undefined || url === undefined ? [] : [{ name, url, isDefault: table["default"] === true }];
    });

/**
 * Returns the environment variables with the user's indexes for uv: credentials for the indexes
 * that the app names, the default index, and other indexes that are also in the lockfile.
 * Regardless of these indexes, uv downloads each file from its URL in the lockfile.
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
    ...defined({
      UV_DEFAULT_INDEX: main && `${plainName(main.name)}=${main.url}`,
      UV_INDEX: others.length > 0 ? others.join(" ") : undefined,
    }),
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

/** Replaces characters that uv does not accept in an index name. */
export const plainName = (name: string): string => name.replace(/[^\w.-]/g, "-");
