import type { Digest } from "../oci/model/digest.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { FetchLifecycleOptions } from "./uri.ts";

/** The contents of a lifecycle, with their digest and origin. */
export interface LifecycleContents {
  readonly digest: Digest;
  /** The location that the lifecycle comes from, for errors. */
  readonly origin: string;
  entries(): Promise<readonly TarEntry[]>;
}

export interface OpenLifecycleOptions extends FetchLifecycleOptions {
  readonly registry?: RegistryOptions;
  /** The digest that a lock file pins; undefined if none is pinned. */
  readonly pinned?: Digest | undefined;
}
