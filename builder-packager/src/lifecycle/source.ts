import type { TarEntry } from "../tar/entry.ts";

/**
 * What a builder gets when its configuration names no lifecycle: the version that pack 0.40 takes, too.
 * Newer ones need modules that not every Go module proxy serves, and support the same APIs.
 */
export const defaultLifecycleVersion = "0.21.0";

/** Go's names of the architectures a lifecycle is built for. */
export type LifecycleArch = "amd64" | "arm64";

/** Where a lifecycle is to come from: a version of the official releases, or an archive in their layout. */
export interface LifecycleSource {
  readonly version?: string;
  /** A path, `file://` or `http(s)://`. */
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
