import type { BuildpackIdentity } from "./context.ts";
import { invalidDescriptor } from "./spec/descriptor.ts";
import { decode, type Schema } from "./spec/schemas/standard-schema.ts";

/**
 * The `[metadata]` of buildpack.toml or extension.toml, decoded by a schema: the author's own
 * tables next to those of the framework.
 *
 * @throws LibcnbError DESCRIPTOR_INVALID, with all that is wrong
 * @example `const { port } = metadataOf(context.buildpack, table({ port: integer }))`
 */
export function metadataOf<Value>({ id, version, metadata }: BuildpackIdentity, schema: Schema<Value>): Value {
  const decoding = decode(schema, metadata, "metadata");
  if (decoding.issues === undefined) return decoding.value;
  throw invalidDescriptor(`the descriptor of ${id}@${version}`, decoding.issues);
}
