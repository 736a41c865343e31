import type { TargetLock } from "../../config/lock-file.ts";
import type { ReadImageOptions } from "../../oci/image-io.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import type { ModuleKind } from "./module.ts";

/** An entry of `[[buildpacks]]` or `[[extensions]]` in builder.toml. */
export interface ModuleSource {
  readonly uri: string;
  readonly kind: ModuleKind;
}

/** Options for reading the modules (buildpacks and extensions) of a builder. */
export interface SourceOptions extends ReadImageOptions {
  readonly dir: string;
  readonly store: BlobStore;
  readonly lock?: TargetLock | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Returns the section of a lock file for a source: `buildpacks` or `extensions`. */
export const sectionOf = ({ kind }: ModuleSource): string => `${kind}s`;
