import { publicAddress } from "@libcnb/app-kit/addresses";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";

/** An index in the files of an app. */
export interface NamedIndex {
  readonly name: string;
  /** The URL. It may contain credentials or references to variables. */
  readonly url: string;
}

/**
 * Returns the names that a user's index has in an app: the name of the binding, and the names that
 * the app's files give to the same URL.
 */
export function namesOf(
  { name, url }: Pick<PackageIndex, "name" | "url">,
  named: readonly NamedIndex[],
): readonly string[] {
  const ofApp = named.filter((each) => url !== undefined && isSame(each.url, url)).map((each) => each.name);
  return [...new Set([name, ...ofApp])];
}

/** True if two URLs refer to the same index. Credentials and a trailing slash are ignored. */
export const isSame = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (address: string): string => publicAddress(address).replace(/(?<!\/)\/+$/, "");

/**
 * Reads the package indexes in tables: `{ name = "own", url = "https://…" }`. Entries without a
 * name or a URL are omitted.
 */
export const indexesIn = (tables: unknown): readonly NamedIndex[] =>
  (Array.isArray(tables) ? tables : []).filter(isTable).flatMap((table) => {
    const [name, url] = [stringOf(table["name"]), stringOf(table["url"])];
    return name === undefined || url === undefined ? [] : [{ name, url }];
  });

/** Returns the package indexes in `[[tool.poetry.source]]` or `[[tool.pdm.source]]`. */
export const sourcesOf = (pyproject: s.Table, tool: "poetry" | "pdm"): readonly NamedIndex[] =>
  indexesIn(tableOf(tableOf(pyproject["tool"])[tool])["source"]);
