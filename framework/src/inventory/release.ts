import type { Component } from "../sbom/component-model.ts";
import { optional, string, table } from "../spec/schemas/schema.ts";
import type { Decoded } from "../spec/schemas/standard-schema.ts";
import type { Distro } from "../spec/target.ts";

/**
 * The schema of `release.metadata`, for the layer of a release. The layer is reused while this
 * metadata is unchanged.
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

/** The facts that identify a release. */
export type ReleaseMetadata = Decoded<typeof releaseMetadata>;

/** A version of a dependency for one or more platforms: an entry of `[[metadata.dependencies]]`. */
export interface Release {
  readonly id: string;
  /** The display name. Default: the id. */
  readonly name: string;
  readonly version: string;
  /**
   * The URL of the release: `https:`, `http:`, `file:` below the buildpack, or
   * `npm:<package>@<version>` from the user's npm registry.
   */
  readonly uri: string;
  /** The checksum: `sha256:<hex>`, `sha384:<hex>` or `sha512:<hex>`. */
  readonly checksum: string | undefined;
  /** The operating system; undefined or empty means any. */
  readonly os: string | undefined;
  readonly arch: string | undefined;
  readonly variant: string | undefined;
  readonly distros: readonly Distro[];
  readonly stacks: readonly string[];
  readonly licenses: readonly { readonly type?: string | undefined; readonly uri?: string | undefined }[];
  readonly purls: readonly string[];
  readonly cpes: readonly string[];
  /** The URL of the source code, with its checksum. */
  readonly source: string | undefined;
  readonly sourceChecksum: string | undefined;
  /** The number of leading components to remove from the archive's paths. */
  readonly stripComponents: number | undefined;
  /** The end of support, in ISO 8601. */
  readonly endOfLife: string | undefined;
  /**
   * The SBOM component. It names the official source, so that a mirror does not affect the image.
   */
  readonly component: Component;
  /** The cache key of the release's layer. */
  readonly metadata: ReleaseMetadata;
}

/** All releases in an inventory file, and the default version of each dependency. */
export interface InventoryFile {
  /** The name of the file, for errors. */
  readonly file: string;
  /** The releases in file order. */
  readonly releases: readonly Release[];
  /** The default version ranges, by dependency id. */
  readonly defaultVersions: Readonly<Record<string, string>>;
}
