import { defined } from "../defined.ts";
import {
  type CheckOptions,
  checkInventory as checkFoundInventory,
  type InventoryFinding,
} from "../inventory/check-inventory.ts";
import type { InventoryInput } from "../inventory/find-updates.ts";
import { type InventoryUpdate, updateInventory as updateFoundInventory } from "../inventory/update-inventory.ts";
import type { Host } from "./host.ts";

/** An inventory to check, and the checks to run. */
export interface InventoryCheckInput extends InventoryInput, CheckOptions {}

/**
 * Adds the newest releases of the sources to an inventory, and drops the releases that the
 * constraints of the inventory exclude. The text of all other entries, including comments, stays
 * unchanged. Nothing is written.
 *
 * A source that cannot be read is reported in `failures`. Its dependencies stay unchanged.
 *
 * @throws CnbError INVENTORY_INVALID
 * @example
 * ```ts
 * const sources = [{ id: "pnpm", type: "npm" as const, name: "pnpm" }];
 * const { text, changes } = await updateInventory({ file: "inventory.toml", text: "", sources }, host);
 * ```
 */
export const updateInventory = (
  input: InventoryInput,
  { env, reporter, signal }: Pick<Host, "env" | "reporter" | "signal">,
): Promise<InventoryUpdate> => updateFoundInventory(input, { env, reporter, signal });

/**
 * Checks an inventory and returns the findings. The findings are sources that cannot be read,
 * missing newer releases, checksums that differ from those that the sources publish, URLs that
 * cannot be downloaded, and releases whose support has ended or ends within 30 days.
 *
 * @throws CnbError INVENTORY_INVALID
 * @example
 * ```ts
 * const sources = [{ id: "pnpm", type: "npm" as const, name: "pnpm" }];
 * const findings = await checkInventory({ file: "inventory.toml", text: "", sources, skip: ["url"] }, host);
 * ```
 */
export const checkInventory = (
  { skip, download, ...input }: InventoryCheckInput,
  { env, reporter, signal }: Pick<Host, "env" | "reporter" | "signal">,
): Promise<readonly InventoryFinding[]> =>
  checkFoundInventory(input, { env, reporter, signal }, defined({ skip, download }));
