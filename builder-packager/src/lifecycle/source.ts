import type { Digest } from "../oci/model/digest.ts";
import type { TarEntry } from "../tar/entry.ts";

/**
 * The default lifecycle of a builder: the version that pack 0.40 uses, too. Newer ones need modules
 * that not every Go module proxy serves, and support the same APIs.
 */
export const defaultLifecycleVersion = "0.21.0";

/** Go's names of the lifecycle's architectures. */
export const lifecycleArchs = ["amd64", "arm64", "ppc64le", "s390x"] as const;
export type LifecycleArch = (typeof lifecycleArchs)[number];

/**
 * The source of a lifecycle: a version of the official releases, an archive in their layout, or a
 * lifecycle image.
 */
export interface LifecycleSource {
  readonly version?: string;
  /** A path, `file://`, `http(s)://`, or `docker://` and the name of an image. */
  readonly uri?: string;
}

/** API versions of one kind, oldest first. */
export interface ApiVersions {
  readonly deprecated: readonly string[];
  readonly supported: readonly string[];
}

/** The content of `lifecycle.toml`. */
export interface LifecycleDescriptor {
  readonly version: string;
  readonly apis: { readonly buildpack: ApiVersions; readonly platform: ApiVersions };
}

/** A lifecycle as in its release archive: `lifecycle.toml` and `lifecycle/…`. */
export interface Lifecycle extends LifecycleDescriptor {
  readonly entries: readonly TarEntry[];
}

/** A lifecycle whose contents are read on demand. */
export interface OpenedLifecycle extends LifecycleDescriptor {
  /** The digest to pin: that of the archive, or of the image's manifest. */
  readonly digest: Digest;
  /** All entries of the archive; read again with each call. */
  entries(): Promise<readonly TarEntry[]>;
}
