import type { Table } from "../spec/schema.ts";
import { decode, type Schema } from "../spec/standard-schema.ts";

/** How metadata of an older version of the buildpack becomes that of this one. */
export interface Migration<Metadata> {
  /** The metadata in today's form; undefined if it is not of the form that this migration knows. */
  migrate(metadata: Table): Metadata | undefined;
}

/**
 * Lets a layer of an older version of the buildpack be kept: metadata that has the form `from` and not the layer's own is rewritten by `to`,
 * and then compared as always.
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
