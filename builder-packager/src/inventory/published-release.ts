/** A value in TOML. */
export type TomlValue = string | number | boolean | Date | readonly TomlValue[] | { readonly [key: string]: TomlValue };

/** The identity of a release in an inventory. */
export interface ReleaseId {
  /** The id of the dependency: `node`. */
  readonly id: string;
  readonly version: string;
  /** The platform, in Go's names; undefined for any. */
  readonly os?: string | undefined;
  readonly arch?: string | undefined;
}

/** The entry of a release to write into an inventory. */
export interface ReleaseEntry extends ReleaseId {
  /** `https:`, `http:`, `npm:<package>@<version>` or `pypi:<wheel>`. */
  readonly uri: string;
  /** `sha256:<hex>`, `sha512:<hex>` or `sha512-<base64>`. */
  readonly checksum: string;
  /** Further keys of the entry in their order: `name`, `licenses`, `purl`, … */
  readonly keys?: { readonly [key: string]: TomlValue };
}

/** A release that a source publishes. */
export interface PublishedRelease extends ReleaseId {
  /** Returns the entry of a release that is added. Its checksum may be read only now. */
  entry(): Promise<ReleaseEntry>;
  /** Returns the checksum that the source publishes, for `cnb inventory check`; undefined if it has none. */
  checksum?(): Promise<PublishedChecksum | undefined>;
}

/** The checksum of the file at a URL, as a source publishes it. */
export type PublishedChecksum = Pick<ReleaseEntry, "uri" | "checksum">;

/**
 * A source of releases that is written in code, for a publisher whose index no declared source can
 * describe.
 */
export interface ReleaseSource {
  /** The ids of the dependencies that come from this source. */
  readonly ids: readonly string[];
  /** The name of the source, for messages: `the Node.js project`. */
  readonly name: string;
  /**
   * True if the inventory must have exactly these releases, with equal entries: it is a copy of
   * another inventory. Default: constraints select the releases, and existing entries never change.
   */
  readonly isComplete?: boolean;
  /** Finds the published releases. A failure leaves the releases of `ids` unchanged. */
  releases(): Promise<readonly PublishedRelease[]>;
}

/** Returns the keys of an entry in the order in which they are written. */
export function entryTable({ keys = {}, ...entry }: ReleaseEntry): { readonly [key: string]: TomlValue } {
  const { id, version, os, arch, uri, checksum } = entry;
  const { name, ...others } = keys;
  const table = { id, name, version, os, arch, uri, checksum, ...others };
  const written = Object.entries(table).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return Object.fromEntries(written);
}

/** Returns a key that is equal for entries of the same release. */
export const releaseKey = ({ id, version, os, arch }: ReleaseId): string => JSON.stringify([id, version, os, arch]);

/**
 * Returns a key that is equal for all releases of a dependency for one platform. Among the releases
 * with the same key, an update keeps the newest versions.
 */
export const platformKey = ({ id, os, arch }: ReleaseId): string => JSON.stringify([id, os, arch]);
