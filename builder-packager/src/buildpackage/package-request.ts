import type { RuntimeChoice } from "../compile/runtime.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import type { LayerCompression } from "../oci/layers/blob-store.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import type { Reporter } from "../reporter.ts";
import type { PackageFormat } from "./output.ts";

/** The environment variables, working directory, reporter and signal of a packaging run. */
export interface PackageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** The options for packaging a buildpack or an extension. */
export interface PackageInput {
  /** The kind of the package. @default "buildpack" */
  readonly kind?: ModuleKind;
  /** The directory with buildpack.toml or extension.toml. */
  readonly dir: string;
  /** The version in the package. @default that in buildpack.toml or extension.toml */
  readonly version?: string | undefined;
  /**
   * The outputs, in the form of `--output`: `FILE.cnb`, `oci:DIR` or an image name. @default a
   * `.cnb` file below `dir`
   */
  readonly outputs?: readonly string[] | undefined;
  /** The format of the outputs. @default derived from each output's name */
  readonly format?: PackageFormat | undefined;
  /** Additional names of the image in its registry. */
  readonly tags?: readonly string[] | undefined;
  /** True to also write each platform's image under its own name, with the platform as suffix. */
  readonly suffix?: boolean | undefined;
  /**
   * The targets, in the form of `--target`: `linux/amd64`. @default those of package.toml or
   * buildpack.toml
   */
  readonly targets?: readonly string[] | undefined;
  /** The path of a package.toml outside of `dir`. */
  readonly config?: string | undefined;
  /**
   * True to put all modules (buildpacks and extensions) into one layer, false to give each its own.
   * @default one layer for a composite buildpack and its TypeScript members, which share a program
   */
  readonly flatten?: boolean | undefined;
  /** The names (`id@version`) of buildpacks that always get their own layer. */
  readonly flattenExclude?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /**
   * True to include the downloads in `[[metadata.dependencies]]` of the packaged buildpacks, so
   * that builds need no network.
   */
  readonly offline?: boolean | undefined;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression | undefined;
  /** The runtime of TypeScript buildpacks. @default "auto" */
  readonly runtime?: RuntimeChoice | undefined;
  /**
   * True to include V8's code cache. Without the code cache, a program is identical on all
   * machines, but starts more slowly. @default true
   */
  readonly codeCache?: boolean | undefined;
  /** Creates the artifacts that refer to the images, such as those of `openSigning`. @default none */
  readonly artifacts?: ImageArtifacts | undefined;
}

/** The input of a packaging run, with options for accessing registries. */
export interface PackageRequest extends PackageInput {
  readonly registry?: RegistryOptions | undefined;
}
