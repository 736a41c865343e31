import { decodeToml } from "./descriptor.ts";
import { anyTable, optional, type Table, table } from "./schemas/schema.ts";
import { stringifyToml } from "./schemas/toml.ts";

const schema = table({ metadata: optional(anyTable) });

/**
 * Reads store.toml, which this buildpack wrote in an earlier build of the same app.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `decodeStoreToml(text, "store.toml")["lastVersion"]`
 */
export function decodeStoreToml(source: string | Uint8Array, file: string): Table {
  return decodeToml(schema, source, file).metadata ?? {};
}

/**
 * Writes store.toml.
 *
 * @example `storeToml({ lastVersion: "22.1.0" })`
 */
export function storeToml(metadata: Table): string {
  return stringifyToml({ metadata });
}
