import type { EnvDirectory } from "libcnb/platform";
import type { ImageReference } from "../oci/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";

export interface BuildImageOptions {
  /** The application's folder. It is copied, never changed. */
  readonly app: string;
  readonly builder: ImageReference;
  readonly output: ImageReference;
  /** Further names for the image. */
  readonly tags?: readonly ImageReference[];
  /** @default the builder's own */
  readonly runImage?: ImageReference;
  /** Whose layers are reused. @default what is at `output` */
  readonly previousImage?: ImageReference;
  /** Variables for the buildpacks. */
  readonly userEnv?: EnvDirectory;
  /** Begin as if nothing was built before. */
  readonly clearCache?: boolean;
  /** The folder that keeps cache layers. @default one per app and output in cnb's cache */
  readonly cache?: string;
  /** The process type that starts by default. @default the buildpacks' choice */
  readonly defaultProcess?: string;
  /** Whether buildpacks reach the network. @default true */
  readonly network?: boolean;
  /** PEM files of certificate authorities that buildpacks trust besides the builder's; they are part of no image. */
  readonly certificates?: readonly string[];
  /** `CNB_EXEC_ENV`. @default "production" */
  readonly execEnv?: string;
  readonly registry?: RegistryOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** All places that the image is written to. */
export const outputsOf = ({ output, tags = [] }: BuildImageOptions): readonly ImageReference[] => [output, ...tags];

/** How the build talks to registries. */
export const registryOf = ({ registry, env, signal }: BuildImageOptions): RegistryOptions => ({
  env,
  signal,
  ...registry,
});
