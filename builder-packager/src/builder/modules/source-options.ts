import type { TargetLock } from "../../config/lock-file.ts";
import type { ReadImageOptions } from "../../oci/image-io.ts";
import type { BlobStore } from "../../oci/index.ts";
import type { ModuleKind } from "./module.ts";

/** A source of builder.toml. */
export interface ModuleSource {
  readonly uri: string;
  readonly kind: ModuleKind;
}

/** The base of relative paths, and the options for reading images. */
export interface SourceOptions extends ReadImageOptions {
  readonly dir: string;
  readonly store: BlobStore;
  readonly lock?: TargetLock | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** The section of a lock file for a kind of sources. */
export const sectionOf = ({ kind }: ModuleSource): string => `${kind}s`;
