import type { EnvDirectory } from "libcnb/platform";
import type { LayerCompression } from "../oci/blob-store.ts";
import type { ImageReference, RegistryReference } from "../oci/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import type { AddedBuildpacks } from "./added-buildpacks.ts";
import type { Builder } from "./builder.ts";
import type { CopyOptions } from "./copy-tree.ts";
import type { Volume } from "./volumes.ts";

/** What is built from what, and how. */
export interface BuildImageOptions {
  /** The application's folder. It is copied, never changed. */
  readonly app: string;
  /** @default the one that project.toml names */
  readonly builder?: ImageReference;
  /** A project.toml. @default the app's own, if there is one */
  readonly descriptor?: string;
  /**
   * Buildpacks in place of the builder's order: `id@version` of the builder, a folder (also of TypeScript), an archive, a
   * `.cnb` file, an image, or `from=builder` where the builder's order has its place. @default those of project.toml
   */
  readonly buildpacks?: readonly string[];
  /** Buildpacks before each group of the builder's order; the last one comes first, as with pack. @default those of project.toml */
  readonly preBuildpacks?: readonly string[];
  /** Buildpacks after each group of the builder's order. @default those of project.toml */
  readonly postBuildpacks?: readonly string[];
  /** Where the application lies in the build and in the image. @default "/workspace" */
  readonly workspace?: string;
  /** Image extensions in place of the builder's order of them, named as buildpacks are; the last one comes first, as with pack. */
  readonly extensions?: readonly string[];
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
  /** An image that keeps cache layers instead of a folder. */
  readonly cacheImage?: RegistryReference;
  /** Of new layers. @default "gzip" */
  readonly compression?: LayerCompression;
  /** The process type that starts by default. @default the buildpacks' choice */
  readonly defaultProcess?: string;
  /** True if buildpacks reach the network. @default true */
  readonly network?: boolean;
  /** PEM files of certificate authorities that buildpacks trust besides the builder's; they are part of no image. */
  readonly certificates?: readonly string[];
  /** `CNB_EXEC_ENV`. @default "production" */
  readonly execEnv?: string;
  /** True if the builder's system buildpacks stand around each group. @default true */
  readonly systemBuildpacks?: boolean;
  /** How buildpacks are kept apart from the machine: what `--backend` says. @default what works */
  readonly backend?: string;
  /** What a buildpack may take of memory. @default no limit */
  readonly memoryBytes?: number;
  /** How long the build may take, reading the builder and writing the image included. @default no limit */
  readonly timeoutMs?: number;
  /** Folders that are service bindings or hold some: buildpacks see them below `/platform/bindings`; they are part of no image. */
  readonly bindings?: readonly string[];
  /** Files and folders of this machine that buildpacks see; they are part of no image. */
  readonly volumes?: readonly Volume[];
  /** When the image says that it was made. @default SOURCE_DATE_EPOCH of `env`, else 1980, so that equal inputs make equal images */
  readonly creationTime?: Date;
  /** A file for the lifecycle's `report.toml`: names and digest of the image. */
  readonly reportFile?: string;
  /** A folder for all bills of materials, below `sbom/`: those of layers, of the build and of the launcher. */
  readonly sbomDir?: string;
  readonly registry?: RegistryOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What of the app is copied, by the path below its folder. */
export type FileFilter = Pick<CopyOptions, "isExcluded" | "keepsEmpty">;

/** Where the app's source is from, as `project-metadata.toml` says it to the lifecycle's exporter. */
export interface ProjectSource {
  readonly type: string;
  readonly version: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is decided before the platform builds: by project.toml, and by buildpacks that the builder has not got. */
export interface BuildSettings extends BuildImageOptions {
  readonly builder: ImageReference;
  readonly fileFilter?: FileFilter;
  readonly projectSource?: ProjectSource | undefined;
  /** Buildpacks for this build, and the order that has them. */
  readonly addBuildpacks?: (builder: Builder, signal: AbortSignal) => Promise<AddedBuildpacks>;
}

/** All places that the image is written to. */
export const outputsOf = ({ output, tags = [] }: BuildImageOptions): readonly ImageReference[] => [output, ...tags];

/** How the build talks to registries: until its own signal is aborted, or that of the registry's options. */
export const registryOf = ({ registry, env, signal }: BuildImageOptions): RegistryOptions => ({
  env,
  ...registry,
  signal: registry?.signal ? AbortSignal.any([signal, registry.signal]) : signal,
});
