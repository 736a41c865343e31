import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { NamedIndex } from "../registry/same-index.ts";

/**
 * Reads the indexes in tables: `{ name = "own", url = "https://…" }`. Entries without a name or a
 * URL are omitted.
 */
export const indexesIn = (tables: unknown): readonly NamedIndex[] =>
  (Array.isArray(tables) ? tables : []).filter(isTable).flatMap((table) => {
    const [name, url] = [stringOf(table["name"]), stringOf(table["url"])];
    return name === undefined || url === undefined ? [] : [{ name, url }];
  });

/** The indexes of `[[tool.poetry.source]]` or `[[tool.pdm.source]]`. */
export const sourcesOf = (pyproject: s.Table, tool: "poetry" | "pdm"): readonly NamedIndex[] =>
  indexesIn(tableOf(tableOf(pyproject["tool"])[tool])["source"]);
