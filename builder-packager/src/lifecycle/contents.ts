import type { Digest, RegistryOptions } from "../oci/index.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { FetchLifecycleOptions } from "./uri.ts";

/** The location of a lifecycle's contents, with their identity. */
export interface LifecycleContents {
  readonly digest: Digest;
  /** The origin for errors. */
  readonly origin: string;
  entries(): Promise<readonly TarEntry[]>;
}
export interface OpenLifecycleOptions extends FetchLifecycleOptions {
  readonly registry?: RegistryOptions;
  /** The source pinned in a lock file. */
  readonly pinned?: Digest | undefined;
}
