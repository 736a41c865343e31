import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { minimumNode, type Runtime } from "../runtime.ts";
import { withoutLicenceTitles } from "../small/licence-titles.ts";
import { type Lacks, nodeLayer, onNodeLayer } from "../small/node-layer.ts";
import { type Bundle, bundled, bundlerDefaults, entryOf, forSmallEngine, modulesOf, scriptOf } from "./bundler.ts";
import { confinedTo } from "./confinement.ts";
import { type EntryModule, entrySource } from "./entry-source.ts";

export interface BundleOptions {
  /** The directory to which file names in errors are relative. */
  readonly cwd: string;
  /** The runtime that will run the bundle. @default "node" */
  readonly runtime?: Runtime;
  /**
   * Imports that the small engine lacks, and that fail when they are used. @default none: such an
   * import fails the bundle
   */
  readonly lacks?: Lacks | undefined;
  /** The restrictions for untrusted sources. @default none */
  readonly confinement?: BundleConfinement | undefined;
}

/** The locations from which untrusted sources may import. */
export interface BundleConfinement {
  /** Real paths of the directories that imports must not leave. */
  readonly roots: readonly string[];
  /** `node_modules` directories that are searched last, such as the one with the framework. */
  readonly fallbacks: readonly string[];
}

/**
 * Bundles buildpacks and the framework's runtime into a minified script. The bundle contains no
 * absolute paths, so the same sources in another directory give the same bytes.
 *
 * @throws CnbError COMPILE_FAILED with file, line and column of every mistake.
 */
export async function bundle(
  modules: readonly [EntryModule, ...EntryModule[]],
  { cwd, runtime = "node", lacks, confinement }: BundleOptions,
): Promise<Bundle> {
  // The bundler's paths are relative to the real directory.
  const dir = await realpath(dirname(modules[0].entry));
  return bundled(
    { modules, dir, cwd },
    async () => build({ ...(await bundlerOptions(modules, { dir, runtime, lacks })), ...confined(confinement) }),
    runtime === "small" ? modulesOf : scriptOf,
  );
}

interface Bundling {
  /** The real directory to which the bundler's paths are relative. */
  readonly dir: string;
  readonly runtime: Runtime;
  readonly lacks?: Lacks | undefined;
}

/** Returns the bundler's options for the runtime on which the bundle will run. */
export async function bundlerOptions(modules: readonly EntryModule[], { dir, runtime, lacks }: Bundling) {
  const own = runtime === "small" ? await forPhases(modules, dir, lacks) : forNode(modules, dir, runtime);
  return { ...bundlerDefaults, ...own };
}

/** The syntax supported by the Node.js that will run the script. */
const targets = { node: "node24", script: `node${minimumNode}` } as const;

const confined = (confinement: BundleConfinement | undefined) =>
  confinement === undefined
    ? {}
    : { nodePaths: [...confinement.fallbacks], plugins: [confinedTo(confinement.roots), ...bundlerDefaults.plugins] };

/** One script, whose exports the start of the executable calls. */
const forNode = (modules: readonly EntryModule[], dir: string, runtime: keyof typeof targets) => ({
  ...entryOf(entrySource(modules), dir),
  outfile: join(dir, "main.cjs"),
  target: targets[runtime],
});

/**
 * Returns the source of the entry module of a program on the small engine. Loading the module runs
 * the buildpack.
 */
export const smallEntry = (modules: readonly EntryModule[]): string =>
  [
    `import "globals";`,
    `import { runBuildpacks as run } from "libcnb/runtime";`,
    entrySource(modules),
    `run(buildpacks);`,
  ].join("\n");

/** Modules that import each other, so that detect loads only its own. */
const forPhases = async (modules: readonly EntryModule[], dir: string, lacks: Lacks | undefined) => ({
  ...forSmallEngine(smallEntry(modules), dir),
  plugins: [withoutLicenceTitles, onNodeLayer(await nodeLayer(), { lacks }), ...bundlerDefaults.plugins],
});
