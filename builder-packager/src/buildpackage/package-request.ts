import type { Runtime } from "../compile/runtime.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import type { LayerCompression } from "../oci/index.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import type { PackageFormat } from "./output.ts";

/** The environment of a packaging run. */
export interface PackageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** The options of a packaging run. */
export interface PackageRequest {
  /** @default "buildpack" */
  readonly kind?: ModuleKind;
  /** The directory with buildpack.toml or extension.toml. */
  readonly dir: string;
  /** Values as for `--output`: FILE.cnb, oci:DIR, …; empty for a `.cnb` file below `dir`. */
  readonly outputs?: readonly string[] | undefined;
  /** The format of `outputs`. @default derived from each of them */
  readonly format?: PackageFormat | undefined;
  /** Further names of the image in its registry. */
  readonly tags?: readonly string[] | undefined;
  /** True to also give each platform's image its own name with the platform as suffix. */
  readonly suffix?: boolean | undefined;
  /** Values as for `--target`: linux/amd64. @default those of package.toml or buildpack.toml */
  readonly targets?: readonly string[] | undefined;
  /** A package.toml outside of `dir`. */
  readonly config?: string | undefined;
  /**
   * True for one layer for all, false for one each. @default one for TypeScript members of a
   * composite buildpack, which share a program
   */
  readonly flatten?: boolean | undefined;
  /** `id@version` of buildpacks that keep their own layer. */
  readonly flattenExclude?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** True to include the downloads of its buildpacks. */
  readonly offline?: boolean | undefined;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression | undefined;
  /** The runtime of TypeScript. @default "node-sea" */
  readonly runtime?: Runtime | undefined;
  /**
   * True to include V8's code cache. Without it, a program is identical on all machines, but starts
   * later. @default true
   */
  readonly codeCache?: boolean | undefined;
  readonly registry?: RegistryOptions | undefined;
}
