import { decodeToml } from "./descriptor.ts";
import { anyTable, optional, type Table, table } from "./schemas/schema.ts";
import { formatToml } from "./schemas/toml.ts";

const schema = table({ metadata: optional(anyTable) });

/**
 * Parses store.toml, which this buildpack wrote in an earlier build of the same app.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseStoreToml(text, "store.toml")["lastVersion"]`
 */
export function parseStoreToml(source: string | Uint8Array, file: string): Table {
  return decodeToml(schema, source, file).metadata ?? {};
}

/**
 * Formats store.toml.
 *
 * @example `formatStoreToml({ lastVersion: "22.1.0" })`
 */
export function formatStoreToml(metadata: Table): string {
  return formatToml({ metadata });
}
