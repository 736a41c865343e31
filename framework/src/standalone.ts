/**
 * `run`, `download` and `readInventory` for use outside of a phase. In detect and build, use those
 * of the context instead.
 */
export { download } from "./host/downloads/download.ts";
export { run } from "./host/tools/command.ts";
export { readInventory } from "./inventory/read-inventory.ts";
