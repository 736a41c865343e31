import { defined, unlessEmpty } from "../defined.ts";
import type { EnvFiles } from "../env/files.ts";
import { LibcnbError } from "../errors.ts";
import { type RestoredLayer, restoredMetadata, unkeptFields } from "../spec/layer-toml.ts";
import type { Table } from "../spec/schemas/schema.ts";
import { type Decoding, decode } from "../spec/schemas/standard-schema.ts";
import { formatToml, parseToml } from "../spec/schemas/toml.ts";
import type { LayerDefinition } from "./definition.ts";
import type { CreateReason, FieldChange } from "./reason.ts";

/** The properties of a layer's definition that determine whether the layer is reused. */
export type LayerForm<Metadata> = Pick<LayerDefinition<Metadata>, "kept" | "metadata" | "migrations">;

/** The state of a layer that a build requests. */
export interface RequestedLayer<Metadata> {
  readonly definition: LayerForm<Metadata>;
  /** The requested metadata in the form in which it is restored: see `asRestored`. */
  readonly metadata: Table;
  /**
   * The content that is written into the layer in every build: environment files, and digests of
   * exec.d programs.
   */
  readonly written: EnvFiles;
}

/**
 * The decision about a layer. `keep` is true if the layer is reused. `metadata` is the restored
 * metadata; undefined if nothing readable was restored.
 */
export type Decision<Metadata> =
  | { readonly keep: true; readonly metadata: Metadata }
  | {
      readonly keep: false;
      readonly reason: Exclude<CreateReason, { readonly kind: "rejected" }>;
      readonly metadata: Metadata | undefined;
    };

/** The metadata key of the framework's own records. */
const ownKey = "libcnb";

/** Metadata keys that the author cannot use: the framework's own, and the specification's. */
const reservedKeys: readonly string[] = [ownKey, "exec-env"];

/** Decides whether the restored layer matches the requested layer and can be reused. */
export function decide<Metadata>(
  wanted: RequestedLayer<Metadata>,
  restored: RestoredLayer | undefined,
): Decision<Metadata> {
  const { kept } = wanted.definition;
  if (kept === "nothing") return create({ kind: "uncached" });
  if (restored === undefined) return create({ kind: "absent" });
  const decoding = decodeRestored(wanted.definition, restored);
  if (decoding.issues !== undefined) return create({ kind: "metadata-unreadable", issues: decoding.issues });
  const own = fieldChanges(decoding.value as Table, wanted.metadata);
  const changes = [...own, ...fieldsOfOthers(wanted.definition, restored, own), ...writtenChanges(wanted, restored)];
  if (changes.length > 0) return create({ kind: "metadata-changed", changes }, decoding.value);
  if (kept === "restored" && !restored.hasContents) return create({ kind: "contents-absent" }, decoding.value);
  return { keep: true, metadata: decoding.value };
}

/**
 * Decodes the author's part of restored metadata. If the metadata was written by an older buildpack
 * version, a migration converts it.
 */
export function decodeRestored<Metadata>(
  { metadata: schema, migrations }: LayerForm<Metadata>,
  restored: RestoredLayer,
): Decoding<Metadata> {
  if (restored.metadata.issues !== undefined) return restored.metadata;
  const table = ownMetadata(restored.metadata.value);
  const decoding = decode(schema, table, "metadata");
  if (decoding.issues === undefined) return decoding;
  for (const { migrate } of migrations) {
    const migrated = migrate(table);
    if (migrated !== undefined) return decode(schema, migrated, "metadata");
  }
  return decoding;
}

/**
 * Returns the `[metadata]` to write into the metadata file. For a launch layer, the table also
 * records the files that the framework writes into the layer, because a reused launch layer cannot
 * be changed.
 *
 * @param execEnv the execution environments of the layer; undefined for all
 */
export function recordedMetadata(
  { definition: { kept }, metadata, written }: RequestedLayer<unknown>,
  execEnv?: readonly string[],
): Table {
  const remembers = kept === "reused" && Object.keys(written).length > 0;
  return {
    ...metadata,
    ...defined({
      "exec-env": unlessEmpty(execEnv),
      [ownKey]: remembers ? { env: written } : undefined,
    }),
  };
}

/**
 * Returns the author's metadata in the form in which it will be restored.
 *
 * @throws LibcnbError LAYER_INVALID for values that the lifecycle does not preserve, reserved keys,
 *   and a reused layer without metadata
 */
export function wantedMetadata({ name, kept }: Pick<LayerDefinition<unknown>, "name" | "kept">, given: Table): Table {
  const metadata = asRestored(given);
  const reserved = reservedKeys.find((key) => key in metadata);
  if (reserved !== undefined)
    throw invalid(
      `layer ${JSON.stringify(name)} has metadata with the reserved key "${reserved}"`,
      "Choose another key.",
    );
  const [unkept] = unkeptFields(given);
  if (unkept !== undefined) {
    throw invalid(
      `layer ${JSON.stringify(name)} has metadata that the lifecycle does not preserve: ${unkept}`,
      "Write integers beyond 2^53 as strings. Do not mix tables with other values in one list.",
    );
  }
  if (kept === "nothing" || Object.keys(metadata).length > 0) return metadata;
  throw invalid(
    `layer ${JSON.stringify(name)} is reused by later builds but has no metadata, so it would never be rebuilt`,
    "Put everything that the contents depend on into metadata. If they depend on nothing, use metadata: { format: 1 }.",
  );
}

/**
 * Converts metadata to the form in which the lifecycle restores it. Dates become strings, and
 * `undefined` is removed.
 */
export function asRestored(metadata: Table): Table {
  return restoredMetadata(parseToml(formatToml(metadata), "metadata"));
}

/**
 * Lists the metadata fields that differ, sorted. Nested tables are compared field by field, and
 * lists as a whole.
 */
export function fieldChanges(from: Table, to: Table): readonly FieldChange[] {
  const [before, after] = [leaves(asRestored(from)), leaves(asRestored(to))];
  const fields = [...new Set([...before.keys(), ...after.keys()])].sort();
  return fields
    .filter((field) => JSON.stringify(before.get(field)) !== JSON.stringify(after.get(field)))
    .map((field) => ({ field, from: before.get(field), to: after.get(field) }));
}

function writtenChanges(
  { definition, written }: RequestedLayer<unknown>,
  { metadata }: RestoredLayer,
): readonly FieldChange[] {
  if (definition.kept !== "reused" || metadata.issues !== undefined) return [];
  const remembered = metadata.value[ownKey] as { readonly env?: EnvFiles } | undefined;
  const before = typeof remembered?.env === "object" ? remembered.env : {};
  const files = [...new Set([...Object.keys(before), ...Object.keys(written)])].sort();
  return files
    .filter((file) => before[file] !== written[file])
    .map((file) => ({ field: file, from: before[file], to: written[file] }));
}

/**
 * Fields in the restored metadata only, although the schema reads them: they come from another
 * version of the buildpack, whose contents depended on them. Fields of a migration are excluded.
 */
function fieldsOfOthers<Metadata>(
  { metadata: schema }: LayerForm<Metadata>,
  { metadata }: RestoredLayer,
  found: readonly FieldChange[],
): readonly FieldChange[] {
  if (metadata.issues !== undefined) return [];
  const table = ownMetadata(metadata.value);
  const decoding = decode(schema, table, "metadata");
  if (decoding.issues !== undefined) return [];
  const known = leaves(asRestored(decoding.value as Table));
  return [...leaves(table)]
    .filter(([field]) => !known.has(field) && !found.some((change) => change.field === field))
    .map(([field, from]) => ({ field, from, to: undefined }));
}

const ownMetadata = (metadata: Table): Table =>
  Object.fromEntries(Object.entries(metadata).filter(([key]) => !reservedKeys.includes(key)));

function leaves(table: Table, path = ""): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const [key, value] of Object.entries(table)) {
    const field = path === "" ? key : `${path}.${key}`;
    const nested =
      typeof value === "object" && value !== null && !Array.isArray(value) ? leaves(value as Table, field) : undefined;
    for (const [name, leaf] of nested ?? [[field, value]]) result.set(name, leaf);
  }
  return result;
}

function create<Metadata>(
  reason: (Decision<Metadata> & { keep: false })["reason"],
  metadata?: Metadata,
): Decision<Metadata> {
  return { keep: false, reason, metadata };
}

function invalid(message: string, hint: string): LibcnbError<"LAYER_INVALID"> {
  return new LibcnbError("LAYER_INVALID", message, { hint });
}
