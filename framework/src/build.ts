import type { Config } from "./config/fields.ts";
import type { PhaseContext } from "./context.ts";
import type { AnyDependency, Plan } from "./dependency.ts";
import type { DownloadFile } from "./host/downloads/download.ts";
import type { RunTool } from "./host/tools/command.ts";
import type { Layers } from "./layer/recipe.ts";
import type { Sbom } from "./sbom/sbom.ts";
import type { Table } from "./spec/schemas/schema.ts";

/** The inputs of build. `Values` is the type of `config`. */
export interface BuildContext<Values = Config> extends PhaseContext<Values> {
  readonly layers: Layers;
  readonly plan: Plan;
  /** The store that this buildpack wrote in the last build of this app. */
  readonly store?: Table;
  /** Downloads a file through the user's caches and mirrors and the buildpack's package, and logs it. */
  readonly download: DownloadFile;
  /** Runs a tool with `env` and sends its output to the log. */
  readonly run: RunTool;
}

/** A process of the image. */
export interface Process {
  /** The executable (a path, or a name looked up in PATH) and its fixed arguments. */
  readonly command: readonly [string, ...string[]];
  /** Default arguments, which the user's arguments replace. */
  readonly args?: readonly string[];
  /** True for the process that the image starts by default. At most one. */
  readonly default?: boolean;
  /** Default: the application directory. */
  readonly workingDir?: string;
  /** Execution environments (API 0.12). Default: all. */
  readonly execEnv?: readonly string[];
}

/** The result of build. */
export interface BuildResult {
  /** Processes by type (`web`, `worker`). */
  readonly processes?: Readonly<Record<string, Process>>;
  /** Labels of the image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Groups of glob patterns relative to the application directory (`*` does not cross `/`); each becomes one layer of the image. */
  readonly slices?: readonly (readonly string[])[];
  /** Dependencies of the plan that this buildpack leaves to a later one. */
  readonly unmet?: readonly AnyDependency[];
  /** Values for the next build; `{}` clears them. If omitted, the store is unchanged. */
  readonly store?: Table;
  /** SBOMs of the image and of the build environment that belong to no layer. */
  readonly sbom?: { readonly launch?: readonly Sbom[]; readonly build?: readonly Sbom[] };
}
