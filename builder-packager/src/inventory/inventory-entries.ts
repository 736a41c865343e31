import type { Release } from "libcnb";
import type { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import { readInventory } from "libcnb/standalone";
import { withCode } from "../config/problems.ts";
import type { CnbErrorCode } from "../errors.ts";
import { inventoryTable } from "./source-table.ts";

/** A release of an inventory, and its table as written. */
export interface InventoryEntry {
  readonly release: Release;
  readonly table: s.Table;
}

/**
 * Reads the entries of an inventory, which is validated first.
 *
 * @throws CnbError with `code`
 */
export function entriesIn(text: string, file: string, code: CnbErrorCode): readonly InventoryEntry[] {
  return withCode(code, () => {
    const { releases } = readInventory(text, file);
    const { table } = inventoryTable(parseToml(text, file));
    const tables = (table["dependencies"] ?? []) as readonly s.Table[];
    return releases.map((release, index) => ({ release, table: tables[index] ?? {} }));
  });
}
