import type { Component } from "../sbom/component.ts";
import { optional, string, table } from "../spec/schema.ts";
import type { Decoded } from "../spec/standard-schema.ts";
import type { Distro } from "../spec/target.ts";

/**
 * The form of `release.metadata`, for the layer that holds a release: the layer is kept while all of it stays the same.
 *
 * @example `cachedLayer("node", { build: true, launch: true, metadata: releaseMetadata })`
 */
export const releaseMetadata = table({
  id: string,
  version: string,
  os: optional(string),
  arch: optional(string),
  checksum: optional(string),
});

/** What tells one release from another. */
export type ReleaseMetadata = Decoded<typeof releaseMetadata>;

/** A version of a dependency, for one platform or several: an entry of `[[metadata.dependencies]]`. */
export interface Release {
  readonly id: string;
  /** For people. Default: the id. */
  readonly name: string;
  readonly version: string;
  /** Where it comes from: `https:`, `http:`, `file:` below the buildpack, or `npm:<package>@<version>` of the user's npm registry. */
  readonly uri: string;
  /** `sha256:<hex>`, `sha384:<hex>` or `sha512:<hex>`. */
  readonly checksum: string | undefined;
  /** What it is for; undefined or empty: anything. */
  readonly os: string | undefined;
  readonly arch: string | undefined;
  readonly variant: string | undefined;
  readonly distros: readonly Distro[];
  readonly stacks: readonly string[];
  readonly licenses: readonly { readonly type?: string | undefined; readonly uri?: string | undefined }[];
  readonly purls: readonly string[];
  readonly cpes: readonly string[];
  /** Its source code, and the checksum of that. */
  readonly source: string | undefined;
  readonly sourceChecksum: string | undefined;
  /** Leading directories of the archive to drop. */
  readonly stripComponents: number | undefined;
  /** ISO 8601: from then on nobody corrects its faults. */
  readonly endOfLife: string | undefined;
  /** For the SBOM. Says where it officially comes from, so that a mirror does not change the image. */
  readonly component: Component;
  /** The cache key of the layer that holds it. */
  readonly metadata: ReleaseMetadata;
}

/** All releases of one file, and which version of a dependency is meant where nobody asks for one. */
export interface InventoryFile {
  /** For error messages. */
  readonly file: string;
  /** In the order of the file. */
  readonly releases: readonly Release[];
  /** Version ranges by id. */
  readonly defaultVersions: Readonly<Record<string, string>>;
}
