import { defined } from "../defined.ts";
import { decodeToml } from "./descriptor.ts";
import { anyTable, boolean, optional, type Table, table } from "./schemas/schema.ts";
import type { Decoding } from "./schemas/standard-schema.ts";
import { formatToml, isTooDeep } from "./schemas/toml.ts";

/**
 * The types of a layer. `build`: visible to later buildpacks. `launch`: part of the image. `cache`:
 * cached for the next build.
 */
export interface LayerTypes {
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
}

/**
 * The content of `<layers>/<layer>.toml`, the metadata file of a layer. A file that the lifecycle
 * restored has no types.
 */
export interface LayerToml {
  readonly types: LayerTypes | undefined;
  readonly metadata: Table;
}

/** A layer that is restored from an earlier build. */
export interface RestoredLayer {
  /** The metadata in the file, or the reason why the file cannot be read. */
  readonly metadata: Decoding<Table>;
  readonly hasContents: boolean;
}

const schema = table({
  types: optional(table({ build: optional(boolean), launch: optional(boolean), cache: optional(boolean) })),
  metadata: optional(anyTable),
});

/**
 * Reads a layer's metadata file.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseLayerToml(text, "runtime.toml").metadata`
 */
export function parseLayerToml(source: string | Uint8Array, file: string): LayerToml {
  const { types, metadata = {} } = decodeToml(schema, source, file);
  return {
    types: types && { build: types.build ?? false, launch: types.launch ?? false, cache: types.cache ?? false },
    metadata,
  };
}

/**
 * Formats a layer's metadata file. The types are always written, because a layer without types is
 * dropped, even if it was cached before.
 *
 * @example `formatLayerToml({ types: { build: false, launch: true, cache: true }, metadata: { version: "22.1.0" } })`
 */
export function formatLayerToml({ types, metadata }: LayerToml): string {
  return formatToml(defined({ types, metadata: Object.keys(metadata).length > 0 ? metadata : undefined }));
}

/**
 * Converts metadata of layers and of store.toml as the lifecycle does when it stores the metadata
 * as JSON. Integers become floats, which lose digits beyond 2^53. Dates become strings. The keys of
 * tables are sorted. If a list contains tables, all other items of the list are lost.
 *
 * @example
 * `restoredMetadata({ version: 22, size: 9007199254740993n }) // { size: 9007199254740992, version: 22 }`
 */
export function restoredMetadata(metadata: Table): Table {
  const entries = Object.entries(metadata).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, throughJson(value)]),
  );
}

/**
 * Lists the paths of metadata values that the lifecycle does not preserve: integers that lose
 * digits, and lists that mix tables with other values.
 *
 * @example `unkeptFields({ size: 9007199254740993n, other: [{}, 1] }) // ["size", "other"]`
 */
export function unkeptFields(metadata: Table): readonly string[] {
  // a value that cannot be written has no parts to report
  return Object.entries(metadata).flatMap(([key, value]) => (isTooDeep(value) ? [] : unkept(value, key)));
}

function unkept(value: unknown, path: string): readonly string[] {
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? [] : [path];
  if (Array.isArray(value)) {
    if (tablesIn(value).length > 0 && !value.every(isTable)) return [path];
    return value.flatMap((item, index) => unkept(item, `${path}[${index}]`));
  }
  return isTable(value) ? Object.entries(value).flatMap(([key, item]) => unkept(item, `${path}.${key}`)) : [];
}

function throughJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return (tablesIn(value).length > 0 ? tablesIn(value) : value).map(throughJson);
  return isTable(value) ? restoredMetadata(value) : value;
}

// a list with a table anywhere in it comes back as the list of its tables
const tablesIn = (list: readonly unknown[]) => list.flat(Number.POSITIVE_INFINITY).filter(isTable);

const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
