import type { Table } from "../spec/schemas/schema.ts";
import { decode, type Schema } from "../spec/schemas/standard-schema.ts";

/** A conversion of the metadata of an older buildpack version to the current form. */
export interface Migration<Metadata> {
  /**
   * Returns the metadata in the current form; undefined if the migration does not support the old
   * form.
   */
  migrate(metadata: Table): Metadata | undefined;
}

/**
 * Allows reusing a layer of an older buildpack version. Metadata that does not match the layer's
 * schema but matches `from` is converted by `to`. The converted metadata is then compared as usual.
 *
 * @example
 * ```ts
 * const runtime = cachedLayer("runtime", {
 *   metadata: s.table({ version: s.string, arch: s.string }),
 *   migrations: [migrateFrom(s.table({ node_version: s.string }), (old) => ({ version: old.node_version, arch: "amd64" }))],
 * });
 * ```
 */
export function migrateFrom<Older extends Table, Metadata extends Table>(
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
