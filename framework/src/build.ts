import type { Config } from "./config/fields.ts";
import type { PhaseContext } from "./context.ts";
import type { AnyDependency, Plan } from "./dependency.ts";
import type { DownloadFile } from "./host/downloads/download.ts";
import type { RunTool } from "./host/tools/command.ts";
import type { Layers } from "./layer/recipe.ts";
import type { Sbom } from "./sbom/sbom.ts";
import type { Table } from "./spec/schemas/schema.ts";

/**
 * The inputs of build, as methods and values instead of files and variables.
 *
 * A build reads the app (`app`), the user's settings (`config`, `bindings`) and the requirements of
 * the group (`plan`). It chooses a release (`inventory`), provides layers (`layers`), and runs
 * tools (`run`). The log (`log`) gives the chosen versions and the reasons. The result describes
 * the image's processes and metadata.
 *
 * Only `layers`, `run` and `log` have effects. In a test, `libcnb/testing` runs the same build with a
 * temporary app, layers directory and environment.
 *
 * `Values` is the type of `config`: the fields that the buildpack's definition declares.
 *
 * @example
 * ```ts
 * async function build({ app, inventory, layers, run }: BuildContext): Promise<BuildResult> {
 *   const release = await inventory.resolve("node");
 *   const node = cachedLayer("node", { build: true, launch: true, metadata: s.table({ version: s.string }) });
 *   await layers.provide(node, {
 *     metadata: { version: release.version },
 *     create: ({ path }) => inventory.install(release, path),
 *   });
 *   if (await app.exists("package-lock.json")) await run("npm", ["ci"]);
 *   return { processes: { web: { command: ["node", "server.js"], default: true } } };
 * }
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#phase-5-build-component-buildpacks-only
 */
export interface BuildContext<Values = Config> extends PhaseContext<Values> {
  readonly layers: Layers;
  readonly plan: Plan;
  /** The values that this buildpack returned as `store` in the last build of the app. */
  readonly store?: Table;
  /**
   * Downloads a file and logs the download. The file may come from the buildpack's package, or from
   * the user's caches and mirrors.
   */
  readonly download: DownloadFile;
  /** Runs a tool with the environment `env`. The output is sent to the log. */
  readonly run: RunTool;
}

/**
 * A process that the image can start: the value of one type in `processes`.
 *
 * The launcher starts the default process if the user does not name a process type. A user selects
 * another type by its name: `docker run --entrypoint worker my-image`. `command` is a list, because
 * the launcher starts the executable without a shell. For pipes or `$PORT`, the executable must be
 * a shell.
 *
 * The user's arguments replace `args` and follow `command`.
 *
 * @example
 * ```ts
 * const processes: Record<string, Process> = {
 *   web: { command: ["node", "server.js"], default: true },
 *   worker: { command: ["node", "worker.js"], args: ["--queue", "default"] },
 *   release: { command: ["sh", "-c", "npm run migrate && echo migrated"] },
 * };
 * ```
 * @see
 * https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#launchtoml-toml
 */
export interface Process {
  /** The executable (a path, or a name to look up in PATH) and its fixed arguments. */
  readonly command: readonly [string, ...string[]];
  /** The default arguments, which the user's arguments replace. */
  readonly args?: readonly string[];
  /**
   * True for the process that the image starts by default. At most one process can be the default.
   */
  readonly default?: boolean;
  /** The working directory. Default: the application directory. */
  readonly workingDir?: string;
  /** The execution environments in which the process exists (API 0.12). Default: all. */
  readonly execEnv?: readonly string[];
}

/** The result of build: processes and metadata of the image, and values for the next build. */
export interface BuildResult {
  /** Processes by type (`web`, `worker`). */
  readonly processes?: Readonly<Record<string, Process>>;
  /** Labels of the image. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Groups of glob patterns relative to the application directory (`*` does not match `/`). Each
   * group becomes one layer of the image.
   */
  readonly slices?: readonly (readonly string[])[];
  /** Dependencies of the plan that this buildpack leaves to a later buildpack. */
  readonly unmet?: readonly AnyDependency[];
  /** Values for the next build; `{}` clears them. If omitted, the store is unchanged. */
  readonly store?: Table;
  /** SBOMs of the image and of the build environment that do not belong to a layer. */
  readonly sbom?: { readonly launch?: readonly Sbom[]; readonly build?: readonly Sbom[] };
}
