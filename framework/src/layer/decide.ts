import type { EnvFiles } from "../env/files.ts";
import type { RestoredLayer } from "../spec/layer-toml.ts";
import type { Table } from "../spec/schema.ts";
import { decode, type Schema } from "../spec/standard-schema.ts";
import { parseToml, stringifyToml } from "../spec/toml.ts";
import type { Kept } from "./definition.ts";
import type { CreateReason, FieldChange } from "./reason.ts";

/** What the build wants of a layer. */
export interface WantedLayer<Metadata> {
  readonly kept: Kept;
  readonly schema: Schema<Metadata>;
  /** In the form in which it is restored: see `asRestored`. */
  readonly metadata: Table;
  readonly env: EnvFiles;
}

/** Whether a layer is kept; `metadata` is what was restored, if it can be read. */
export type Decision<Metadata> =
  | { readonly keep: true; readonly metadata: Metadata }
  | {
      readonly keep: false;
      readonly reason: Exclude<CreateReason, { readonly kind: "rejected" }>;
      readonly metadata: Metadata | undefined;
    };

/** The key of the metadata under which the framework keeps what it must remember itself. */
export const reservedMetadataKey = "libcnb";

/** Decides whether what was restored is what the build wants. */
export function decide<Metadata>(
  wanted: WantedLayer<Metadata>,
  restored: RestoredLayer | undefined,
): Decision<Metadata> {
  if (wanted.kept === "nothing") return create({ kind: "uncached" });
  if (restored === undefined) return create({ kind: "absent" });
  const raw = restored.metadata;
  if (raw.issues !== undefined) return create({ kind: "metadata-unreadable", issues: raw.issues });
  const decoding = decode(wanted.schema, raw.value, "metadata");
  if (decoding.issues !== undefined) return create({ kind: "metadata-unreadable", issues: decoding.issues });
  const changes = [...fieldChanges(decoding.value as Table, wanted.metadata), ...envChanges(wanted, raw.value)];
  if (changes.length > 0) return create({ kind: "metadata-changed", changes }, decoding.value);
  if (wanted.kept === "restored" && !restored.hasContents) return create({ kind: "contents-absent" }, decoding.value);
  return { keep: true, metadata: decoding.value };
}

/** The metadata file's `[metadata]`. A layer of the image only cannot be changed when it is reused, so its environment is part of its key. */
export function recordedMetadata({
  kept,
  metadata,
  env,
}: Pick<WantedLayer<unknown>, "kept" | "metadata" | "env">): Table {
  return kept === "reused" && Object.keys(env).length > 0 ? { ...metadata, [reservedMetadataKey]: { env } } : metadata;
}

/** Metadata as it will come back: dates are strings, `undefined` is gone. */
export function asRestored(metadata: Table): Table {
  return parseToml(stringifyToml(metadata), "metadata");
}

/** Which fields differ, sorted; nested tables are compared field by field, lists as a whole. */
export function fieldChanges(from: Table, to: Table): readonly FieldChange[] {
  const [before, after] = [leaves(asRestored(from)), leaves(asRestored(to))];
  const fields = [...new Set([...before.keys(), ...after.keys()])].sort();
  return fields
    .filter((field) => JSON.stringify(before.get(field)) !== JSON.stringify(after.get(field)))
    .map((field) => ({ field, from: before.get(field), to: after.get(field) }));
}

function envChanges({ kept, env }: WantedLayer<unknown>, restored: Table): readonly FieldChange[] {
  if (kept !== "reused") return [];
  const remembered = restored[reservedMetadataKey] as { readonly env?: EnvFiles } | undefined;
  const before = typeof remembered?.env === "object" ? remembered.env : {};
  const files = [...new Set([...Object.keys(before), ...Object.keys(env)])].sort();
  return files
    .filter((file) => before[file] !== env[file])
    .map((file) => ({ field: file, from: before[file], to: env[file] }));
}

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
