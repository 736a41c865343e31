import type { Table } from "../spec/schemas/schema.ts";
import { decode, type Schema } from "../spec/schemas/standard-schema.ts";

/** A conversion of an older buildpack version's metadata to the current form. */
export interface Migration<Metadata> {
  /** The metadata in the current form; undefined if the migration does not support its form. */
  migrate(metadata: Table): Metadata | undefined;
}

/**
 * Lets a layer of an older buildpack version be reused: metadata in the form `from`, but not in the
 * layer's own, is converted by `to` and then compared as usual.
 *
 * @example
 * ```ts
 * const runtime = cachedLayer("runtime", {
 *   metadata: table({ version: string, arch: string }),
 *   migrations: [migration(table({ node_version: string }), (old) => ({ version: old.node_version, arch: "amd64" }))],
 * });
 * ```
 */
export function migration<Older extends Table, Metadata extends Table>(
  from: Schema<Older>,
  to: (metadata: Older) => Metadata,
): Migration<Metadata> {
  return {
    migrate(metadata) {
      const older = decode(from, metadata);
      return older.issues === undefined ? to(older.value) : undefined;
    },
  };
}
