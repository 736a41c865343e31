import type { LockFile } from "../config/lock-file.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import type { AptSource } from "./archive/apt-sources.ts";

export interface CreateBaseOptions {
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** The directory in which downloaded indexes and packages are cached. */
  readonly cacheDir: string;
  /** The store of the images' layers. */
  readonly store: BlobStore;
  /** The root of the host's file system with apt's configuration and keyrings. @default "/" */
  readonly hostDir?: string;
  /** The current time in milliseconds since 1970, to check if the archive's index has expired. */
  readonly now: number;
  readonly allowExpired?: boolean;
  /** The images' creation time in ISO 8601. @default 1980-01-01T00:00:01Z */
  readonly created?: string;
  /** The registry options for reading images to extend. */
  readonly registry?: RegistryOptions;
  /**
   * The lock file to apply or to write. The caller must call its `finish` after writing the images.
   */
  readonly lock?: LockFile;
}

/** The inputs for creating the build image and the run image for one architecture. */
export interface PairOptions extends CreateBaseOptions {
  readonly hostDir: string;
  readonly allowExpired: boolean;
  readonly created: string;
  /** True if the user requested a creation time, which labels then contain. */
  readonly isDated: boolean;
  readonly apt: readonly AptSource[];
}
