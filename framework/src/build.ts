import type { Config } from "./config/fields.ts";
import type { PhaseContext } from "./context.ts";
import type { AnyDependency, Plan } from "./dependency.ts";
import type { RunTool } from "./host/command.ts";
import type { DownloadFile } from "./host/download.ts";
import type { Layers } from "./layer/recipe.ts";
import type { Sbom } from "./sbom/sbom.ts";
import type { Table } from "./spec/schema.ts";

/** What build gets. `Values`: the type of `config`. */
export interface BuildContext<Values = Config> extends PhaseContext<Values> {
  readonly layers: Layers;
  readonly plan: Plan;
  /** What this buildpack remembered at the last build of this application. */
  readonly store?: Table;
  /** Downloads a file as the user of the build wants it: from caches, mirrors and the buildpack's own package, told in the log. */
  readonly download: DownloadFile;
  /** Runs a tool with `env`, its output going to the log. */
  readonly run: RunTool;
}

/** A process of the image. */
export interface Process {
  /** The executable (a path, or a name looked up in PATH) and what is always passed to it. */
  readonly command: readonly [string, ...string[]];
  /** Arguments that the user's replace. */
  readonly args?: readonly string[];
  /** The process that the image starts by itself. At most one. */
  readonly default?: boolean;
  /** Default: the application directory. */
  readonly workingDir?: string;
  /** Execution environments (API 0.12). Default: all. */
  readonly execEnv?: readonly string[];
}

/** What build answers. */
export interface BuildResult {
  /** Processes by type (`web`, `worker`). */
  readonly processes?: Readonly<Record<string, Process>>;
  /** Labels of the image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Groups of glob patterns relative to the application directory (`*` does not cross `/`); each becomes one layer of the image. */
  readonly slices?: readonly (readonly string[])[];
  /** Dependencies of the plan that this buildpack leaves to a later one. */
  readonly unmet?: readonly AnyDependency[];
  /** What to remember for the next build; `{}` forgets. Left out: stays as it is. */
  readonly store?: Table;
  /** Bills of materials that belong to no layer: of the image, of the build. */
  readonly sbom?: { readonly launch?: readonly Sbom[]; readonly build?: readonly Sbom[] };
}
