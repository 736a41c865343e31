import type { BuildpackIdentity } from "./context.ts";
import { invalidDescriptor } from "./spec/descriptor.ts";
import { decode, type Schema } from "./spec/schemas/standard-schema.ts";

/**
 * Decodes the `[metadata]` of buildpack.toml or extension.toml with a schema. Use this function for
 * the author's own tables in `[metadata]`, in addition to the tables that the framework reads.
 *
 * @throws LibcnbError DESCRIPTOR_INVALID with all errors
 * @example `const { port } = metadataOf(context.buildpack, s.table({ port: s.integer }))`
 */
export function metadataOf<Value>({ id, version, metadata }: BuildpackIdentity, schema: Schema<Value>): Value {
  const decoding = decode(schema, metadata, "metadata");
  if (decoding.issues === undefined) return decoding.value;
  throw invalidDescriptor(`the descriptor of ${id}@${version}`, decoding.issues);
}
