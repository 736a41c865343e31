import type { Table } from "../spec/schemas/schema.ts";
import { parseToml } from "../spec/schemas/toml.ts";
import { decodeInventory } from "./decode.ts";
import type { InventoryFile } from "./release.ts";

/**
 * Reads an inventory from a TOML file: `[[dependencies]]` and `[default-versions]`, at the top
 * level or below `[metadata]` as in buildpack.toml. All errors are reported at once.
 *
 * @throws LibcnbError TOML_INVALID, DESCRIPTOR_INVALID
 * @example `const jdk = await inventory.of(readInventory(await app.readText("jdks.toml"), "jdks.toml")).resolve("jdk", "21")`
 */
export function readInventory(source: string | Uint8Array, file: string): InventoryFile {
  const root = parseToml(source, file);
  const metadata = root.metadata;
  const isBelow = root.dependencies === undefined && typeof metadata === "object" && metadata !== null;
  return isBelow ? decodeInventory(metadata as Table, file, "metadata") : decodeInventory(root, file, "");
}
