import type { Digest } from "../oci/digest.ts";
import type { TarEntry } from "../tar/entry.ts";

/**
 * What a builder gets when its configuration names no lifecycle: the version that pack 0.40 takes, too.
 * Newer ones need modules that not every Go module proxy serves, and support the same APIs.
 */
export const defaultLifecycleVersion = "0.21.0";

/** Go's names of the architectures a lifecycle is built for. */
export const lifecycleArchs = ["amd64", "arm64", "ppc64le", "s390x"] as const;
export type LifecycleArch = (typeof lifecycleArchs)[number];

/** Where a lifecycle is to come from: a version of the official releases, an archive in their layout, or a lifecycle image. */
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

/** What `lifecycle.toml` says. */
export interface LifecycleDescriptor {
  readonly version: string;
  readonly apis: { readonly buildpack: ApiVersions; readonly platform: ApiVersions };
}

/** A lifecycle as its release archive holds it: `lifecycle.toml` and `lifecycle/…`. */
export interface Lifecycle extends LifecycleDescriptor {
  readonly entries: readonly TarEntry[];
}

/** A lifecycle whose contents are read when they are needed. */
export interface OpenedLifecycle extends LifecycleDescriptor {
  /** Of the archive, or of the image's manifest: what a lock file pins. */
  readonly digest: Digest;
  /** All of the archive; anew with each call. */
  entries(): Promise<readonly TarEntry[]>;
}
