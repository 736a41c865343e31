import type { EnvDirectory, Order } from "libcnb/lifecycle-rules";
import type { SignerIdentity } from "../config/verification/signers.ts";
import type { LayerCompression } from "../oci/layers/blob-store.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import type { ImageReference, RegistryReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import type { Reporter } from "../reporter.ts";
import type { Builder } from "./images/builder.ts";
import type { Volume } from "./mounts/volumes.ts";
import type { CopyOptions } from "./rootfs/copy-tree.ts";

/** The app, the buildpacks that build the app, and the destination of the image. */
export interface BuildInput {
  /** The app's directory. The build works on a copy of it. */
  readonly app: string;
  /** The builder image. @default the one in project.toml */
  readonly builder?: ImageReference;
  /** The builder if neither `builder` nor project.toml names one. */
  readonly defaultBuilder?: ImageReference;
  /** The path of a project.toml. @default the app's own, if there is one */
  readonly descriptor?: string;
  /**
   * Paths of public keys in PEM. The builder, the run image and the images of buildpacks must have
   * a signature by one of them.
   * @default images are not verified
   */
  readonly verifyKeys?: readonly string[];
  /**
   * Identities of keyless signers. A signature by one of them is as good as one by a key in
   * `verifyKeys`.
   * @default only keys are accepted
   */
  readonly verifyIdentities?: readonly SignerIdentity[];
  /**
   * Buildpacks that replace the builder's order: `id@version` of a buildpack in the builder, a
   * directory (also of a TypeScript buildpack), an archive, a `.cnb` file, or an image.
   * `from=builder` inserts the builder's order. @default those of project.toml
   */
  readonly buildpacks?: readonly string[];
  /**
   * Buildpacks to add before each group of the builder's order. The last one comes first, as with
   * pack. @default those of project.toml
   */
  readonly preBuildpacks?: readonly string[];
  /** Buildpacks to add after each group of the builder's order. @default those of project.toml */
  readonly postBuildpacks?: readonly string[];
  /** The app's directory in the build and in the image. @default "/workspace" */
  readonly workspace?: string;
  /**
   * Image extensions that replace the builder's order of extensions, in the same forms as in
   * `buildpacks`. The last one is applied first, as with pack.
   */
  readonly extensions?: readonly string[];
  readonly output: ImageReference;
  /** Additional names under which the image is written. */
  readonly tags?: readonly ImageReference[];
  /** The run image. @default the builder's own */
  readonly runImage?: ImageReference;
  /** The image whose layers are reused. @default the one at `output` */
  readonly previousImage?: ImageReference;
  /** Environment variables that the user sets for the buildpacks, by name. */
  readonly userEnv?: EnvDirectory;
  /** True to build without the cached layers and the layers of the previous image. */
  readonly clearCache?: boolean;
  /** The directory of cached layers. @default a directory for this app and output in cnb's cache */
  readonly cache?: string;
  /** An image that stores cached layers, instead of a directory. */
  readonly cacheImage?: RegistryReference;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression;
  /** The process type that starts by default. @default the buildpacks' choice */
  readonly defaultProcess?: string;
  /** True if buildpacks have network access. @default true */
  readonly network?: boolean;
  /**
   * Paths of PEM files with CA certificates that buildpacks trust in addition to the builder's. The
   * certificates do not become part of any image.
   */
  readonly certificates?: readonly string[];
  /** The execution environment, `CNB_EXEC_ENV`. @default "production" */
  readonly execEnv?: string;
  /** True to run the builder's system buildpacks before and after each group. @default true */
  readonly systemBuildpacks?: boolean;
  /** The sandbox that buildpacks run in, as in `--backend`. @default the first one that works */
  readonly backend?: string;
  /** The memory limit for each buildpack in bytes. @default no limit */
  readonly memoryBytes?: number;
  /**
   * The time limit of the build in milliseconds, including reading the builder and writing the
   * image. @default no limit
   */
  readonly timeoutMs?: number;
  /**
   * Directories that are service bindings, or contain bindings. Buildpacks see them below
   * `/platform/bindings`. Bindings do not become part of any image.
   */
  readonly bindings?: readonly string[];
  /**
   * Files and directories of this machine that are mounted for buildpacks. Their content does not
   * become part of any image.
   */
  readonly volumes?: readonly Volume[];
  /**
   * The creation time recorded in the image. @default SOURCE_DATE_EPOCH of `env`, or else 1980, so
   * that equal inputs give equal images
   */
  readonly creationTime?: Date;
  /**
   * True to start a shell when a program of a buildpack or image extension fails, in a sandbox like
   * that of the program. The standard input and output must be a terminal.
   */
  readonly shellOnFailure?: boolean;
  /**
   * True to keep the directories of the build when it ends: the app, the layers, `/tmp` and
   * `/platform`. They are not removed by later builds.
   */
  readonly keepWorkDir?: boolean;
  /** The path for the lifecycle's `report.toml`, with the image's names and digest. */
  readonly reportFile?: string;
  /**
   * The directory that receives all SBOMs, in `sbom/`: those of layers, of the build and of the
   * launcher.
   */
  readonly sbomDir?: string;
  /**
   * Paths of files that the caller writes during or after the build. If they are in the app's
   * directory, they are not part of the app.
   */
  readonly ownFiles?: readonly string[];
  /**
   * Checks the image before it is written. If the function throws, nothing is written or uploaded.
   * @default no check
   */
  readonly checkImage?: (image: Image) => Promise<void>;
  /**
   * Creates the artifacts that refer to the image, such as those of `openSigning`. A registry has them
   * before the name refers to the image. @default none
   */
  readonly artifacts?: ImageArtifacts;
}

/**
 * The options of a build: its input, environment variables, reporter, signal and registry options.
 */
export interface BuildImageOptions extends BuildInput {
  readonly registry?: RegistryOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Selects the app's files to copy. Paths are relative to the app's directory. */
export type FileFilter = Pick<CopyOptions, "isExcluded" | "keepsEmpty">;

/** The source of the app, as in `project-metadata.toml` for the lifecycle's exporter. */
export interface ProjectSource {
  readonly type: string;
  readonly version: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The options that select the builder and the buildpacks. They are resolved before the build,
 * together with project.toml.
 */
export type BuildpackSelection = Pick<
  BuildImageOptions,
  | "builder"
  | "verifyKeys"
  | "verifyIdentities"
  | "descriptor"
  | "buildpacks"
  | "preBuildpacks"
  | "postBuildpacks"
  | "extensions"
>;

/**
 * The options of a build, completed from project.toml with the buildpacks to add to the builder.
 */
export interface BuildSettings extends Omit<BuildImageOptions, keyof BuildpackSelection> {
  readonly builder: ImageReference;
  readonly fileFilter?: FileFilter;
  readonly projectSource?: ProjectSource | undefined;
  /** Loads the buildpacks that this build adds to the builder, and the order that includes them. */
  readonly addBuildpacks?: (builder: Builder, signal: AbortSignal) => Promise<AddedBuildpacks>;
}

/** The names that an image is written to: the output, then its tags. */
export type Outputs = readonly [output: ImageReference, ...tags: ImageReference[]];

/** Returns all names under which the image is written. */
export const outputsOf = ({ output, tags = [] }: Pick<BuildImageOptions, "output" | "tags">): Outputs => [
  output,
  ...tags,
];

/** The options that determine the access of a build to registries. */
export type RegistrySettings = Pick<BuildImageOptions, "registry" | "env" | "signal">;

/**
 * Returns the registry options of a build. A request is aborted when the signal of the build or the
 * signal in `registry` is aborted.
 */
export const registryOf = ({ registry, env, signal }: RegistrySettings): RegistryOptions => ({
  env,
  ...registry,
  signal: registry?.signal ? AbortSignal.any([signal, registry.signal]) : signal,
});

/** The buildpacks and extensions that a build adds to those of the builder. */
export interface AddedBuildpacks {
  /** The modules with their layers below `/cnb/buildpacks` or `/cnb/extensions`. */
  readonly modules: readonly {
    readonly kind: "buildpack" | "extension";
    readonly id: string;
    readonly version: string;
    readonly layer: Layer;
  }[];
  /** Derives the groups to try in detection from the builder's groups. */
  readonly order: (groups: Order) => Order;
  /** The image extensions that replace the builder's order of extensions. */
  readonly extensions?: Order;
}
