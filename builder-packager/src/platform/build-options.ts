import type { EnvDirectory, Order } from "libcnb/lifecycle-rules";
import type { Layer } from "../oci/index.ts";
import type { LayerCompression } from "../oci/layers/blob-store.ts";
import type { ImageReference, RegistryReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import type { Builder } from "./images/builder.ts";
import type { Volume } from "./mounts/volumes.ts";
import type { CopyOptions } from "./rootfs/copy-tree.ts";

/** The options of a build. */
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
  /** The app's directory in the build and in the image. @default "/workspace" */
  readonly workspace?: string;
  /**
   * Image extensions that replace the builder's order, named like buildpacks; the last one is
   * applied first, as in pack.
   */
  readonly extensions?: readonly string[];
  readonly output: ImageReference;
  /** Further names for the image. */
  readonly tags?: readonly ImageReference[];
  /** @default the builder's own */
  readonly runImage?: ImageReference;
  /** The image whose layers are reused. @default the one at `output` */
  readonly previousImage?: ImageReference;
  /** Variables for the buildpacks. */
  readonly userEnv?: EnvDirectory;
  /** Begin as if nothing was built before. */
  readonly clearCache?: boolean;
  /** The folder that keeps cache layers. @default one per app and output in cnb's cache */
  readonly cache?: string;
  /** An image that keeps cache layers instead of a folder. */
  readonly cacheImage?: RegistryReference;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression;
  /** The process type that starts by default. @default the buildpacks' choice */
  readonly defaultProcess?: string;
  /** True if buildpacks reach the network. @default true */
  readonly network?: boolean;
  /** PEM files of certificate authorities that buildpacks trust besides the builder's; they are part of no image. */
  readonly certificates?: readonly string[];
  /** `CNB_EXEC_ENV`. @default "production" */
  readonly execEnv?: string;
  /** True to add the builder's system buildpacks around each group. @default true */
  readonly systemBuildpacks?: boolean;
  /** The sandbox of buildpacks, as for `--backend`. @default the first that works */
  readonly backend?: string;
  /** The memory limit for each buildpack. @default no limit */
  readonly memoryBytes?: number;
  /** The time limit of the build, including reading the builder and writing the image. @default no limit */
  readonly timeoutMs?: number;
  /** Folders that are service bindings or hold some: buildpacks see them below `/platform/bindings`; they are part of no image. */
  readonly bindings?: readonly string[];
  /** Files and folders of this machine that buildpacks see; they are part of no image. */
  readonly volumes?: readonly Volume[];
  /**
   * The creation time recorded in the image. @default SOURCE_DATE_EPOCH of `env`, or else 1980, so
   * that equal inputs make equal images
   */
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

/** Selects the app's files to copy, by path below its directory. */
export type FileFilter = Pick<CopyOptions, "isExcluded" | "keepsEmpty">;

/** The source of the app, as in `project-metadata.toml` for the lifecycle's exporter. */
export interface ProjectSource {
  readonly type: string;
  readonly version: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Settings decided before the build: by project.toml, and by buildpacks that the builder lacks. */
export interface BuildSettings extends BuildImageOptions {
  readonly builder: ImageReference;
  readonly fileFilter?: FileFilter;
  readonly projectSource?: ProjectSource | undefined;
  /** Buildpacks for this build, and the order that has them. */
  readonly addBuildpacks?: (builder: Builder, signal: AbortSignal) => Promise<AddedBuildpacks>;
}

/** All places that the image is written to. */
export const outputsOf = ({ output, tags = [] }: BuildImageOptions): readonly ImageReference[] => [output, ...tags];

/** The build's registry options: with its own signal in addition to that of the options. */
export const registryOf = ({ registry, env, signal }: BuildImageOptions): RegistryOptions => ({
  env,
  ...registry,
  signal: registry?.signal ? AbortSignal.any([signal, registry.signal]) : signal,
});

/** Buildpacks that one build has besides the builder's. */
export interface AddedBuildpacks {
  /** The modules with their layers below `/cnb/buildpacks` or `/cnb/extensions`. */
  readonly modules: readonly {
    readonly kind: "buildpack" | "extension";
    readonly id: string;
    readonly version: string;
    readonly layer: Layer;
  }[];
  /** The groups for detection, derived from the builder's. */
  readonly order: (groups: Order) => Order;
  /** Image extensions that replace the builder's order of extensions. */
  readonly extensions?: Order;
}
