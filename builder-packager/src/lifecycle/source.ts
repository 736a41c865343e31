import type { Digest } from "../oci/model/digest.ts";
import type { TarEntry } from "../tar/entry.ts";

/**
 * The version of the lifecycle in a builder that does not name one, as in pack 0.40. Newer versions
 * support the same APIs, but are built from modules that not every Go module proxy serves.
 */
export const defaultLifecycleVersion = "0.21.0";

/** The architectures of the lifecycle, as Go names them. */
export const lifecycleArchs = ["amd64", "arm64", "ppc64le", "s390x"] as const;
export type LifecycleArch = (typeof lifecycleArchs)[number];

/**
 * The source of a lifecycle: a version of the official releases, an archive in their layout, or a
 * lifecycle image.
 */
export interface LifecycleSource {
  readonly version?: string;
  /**
   * The location of the archive or image: a path, `file://…`, `http(s)://…`, or `docker://`
   * followed by an image name.
   */
  readonly uri?: string;
}

/**
 * The deprecated and the supported versions of the Platform API or the Buildpack API, oldest first.
 */
export interface ApiVersions {
  readonly deprecated: readonly string[];
  readonly supported: readonly string[];
}

/** The content of `lifecycle.toml`. */
export interface LifecycleDescriptor {
  readonly version: string;
  readonly apis: { readonly buildpack: ApiVersions; readonly platform: ApiVersions };
}

/** A lifecycle with the files of its release archive: `lifecycle.toml` and `lifecycle/…`. */
export interface Lifecycle extends LifecycleDescriptor {
  readonly entries: readonly TarEntry[];
}

/** A lifecycle whose contents are read on demand. */
export interface OpenedLifecycle extends LifecycleDescriptor {
  /** The digest to pin in a lock file: that of the archive, or of the image's manifest. */
  readonly digest: Digest;
  /** Reads all entries of the archive. */
  entries(): Promise<readonly TarEntry[]>;
}
