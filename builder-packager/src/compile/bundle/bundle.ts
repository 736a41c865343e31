import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type BuildFailure, type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { minimumNode, type Runtime } from "../runtime.ts";
import { absentPeers } from "./absent-peers.ts";
import { checkDefaults, checkImports } from "./check-modules.ts";
import { compileError, compileWarnings } from "./compile-messages.ts";
import { confinedTo } from "./confinement.ts";
import { type EntryModule, entrySource, generatedName, notAFile } from "./entry-source.ts";
import { legalComments } from "./legal-comments.ts";
import type { BundledFile } from "./packages.ts";
import { authorMap } from "./source-map.ts";

/** A script with everything that the buildpacks import. */
export interface Bundle {
  /**
   * The script in CommonJS: the main script of a Node.js single executable cannot be an ES module
   * that uses CommonJS packages.
   */
  readonly code: Uint8Array;
  /** The source map. */
  readonly map: Uint8Array;
  /** Absolute paths of all files that were read. */
  readonly files: readonly BundledFile[];
  /** Their legal comments. */
  readonly notices: readonly string[];
  /** Warnings about code that will not work as intended, with file, line and column. */
  readonly warnings: readonly string[];
}

export interface BundleOptions {
  /** The directory to which file names in errors are relative. */
  readonly cwd: string;
  /** Default: node-sea. */
  readonly runtime?: Runtime;
  /** The restrictions for untrusted sources. @default none */
  readonly confinement?: BundleConfinement | undefined;
}

/** The permitted locations of an app's sources. */
export interface BundleConfinement {
  /** Real paths of the directories that imports may not lead out of. */
  readonly roots: readonly string[];
  /** Directories of packages for sources without their own: the framework. */
  readonly fallbacks: readonly string[];
}

/**
 * Bundles buildpacks and the framework's runtime, minified. The bundle contains no absolute paths:
 * the same sources in another directory give the same bytes.
 *
 * @throws CnbError COMPILE_FAILED with file, line and column of every mistake.
 */
export async function bundle(
  modules: readonly [EntryModule, ...EntryModule[]],
  { cwd, runtime = "node-sea", confinement }: BundleOptions,
): Promise<Bundle> {
  // The bundler's paths are relative to the real directory.
  const dir = await realpath(dirname(modules[0].entry));
  const naming = { dir, cwd };
  try {
    const result = await build({
      ...options,
      target: targets[runtime],
      ...generatedEntry(modules, dir),
      ...confined(confinement),
    });
    checkImports(result.metafile, naming);
    await checkDefaults(modules, cwd);
    const output = (suffix: string) => result.outputFiles.find(({ path }) => path.endsWith(suffix))?.contents;
    const code = output(".cjs") ?? new Uint8Array();
    return {
      code,
      map: authorMap(output(".map") ?? new Uint8Array(), { code, modules, dir }),
      files: filesOf(result.metafile, dir),
      notices: legalComments(output(".LEGAL.txt")),
      warnings: compileWarnings(result.warnings, naming),
    };
  } catch (error) {
    throw isBuildFailure(error) ? compileError(error.errors, naming) : error;
  }
}

/** The source files, without the generated entry and modules of plugins. */
function filesOf({ inputs, outputs }: Metafile, dir: string): readonly BundledFile[] {
  const taken = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const bytes = new Map<string, number>();
  for (const file of Object.keys(inputs)) {
    if (notAFile.test(file)) continue;
    // One file is another for each way it is imported: `x.json with { type: 'json' }`.
    const path = resolve(dir, file.replace(/ with \{.*\}$/, ""));
    const own = taken.filter(([name]) => name === file).map(([, { bytesInOutput }]) => bytesInOutput);
    bytes.set(
      path,
      own.reduce((sum, each) => sum + each, bytes.get(path) ?? 0),
    );
  }
  return [...bytes].map(([path, size]) => ({ path, bytes: size }));
}

/** The syntax supported by the Node.js that will run the script. */
const targets = { "node-sea": "node24", script: `node${minimumNode}` } as const;

const options = {
  bundle: true,
  write: false,
  metafile: true,
  // Not named in the script: the executable carries it beside.
  sourcemap: "external",
  sourcesContent: false,
  logLevel: "silent",
  // What only fails when it runs.
  logOverride: {
    "unsupported-dynamic-import": "warning",
    "unsupported-require-call": "warning",
    "indirect-require": "warning",
  },
  platform: "node",
  // Becomes require(): nobody answers an import() of the script of an executable.
  supported: { "dynamic-import": false },
  format: "cjs",
  // Source files of a workspace's packages, which need no build step before.
  conditions: ["@libcnb/source"] as string[],
  mainFields: ["main", "module"] as string[],
  minify: true,
  treeShaking: true,
  // One character beyond ASCII would make V8 keep the whole script with two bytes per character.
  charset: "ascii",
  // Licences travel as a file beside the executable.
  legalComments: "external",
  // No tsconfig.json of a folder above the sources may change the result.
  tsconfigRaw: { compilerOptions: { target: "es2024" } },
  plugins: [absentPeers] as Plugin[],
} as const satisfies BuildOptions;

const confined = (confinement: BundleConfinement | undefined) =>
  confinement === undefined
    ? {}
    : { nodePaths: [...confinement.fallbacks], plugins: [confinedTo(confinement.roots), ...options.plugins] };

const generatedEntry = (modules: readonly EntryModule[], resolveDir: string) => ({
  absWorkingDir: resolveDir,
  outfile: join(resolveDir, "main.cjs"),
  stdin: { contents: entrySource(modules), loader: "js" as const, resolveDir, sourcefile: generatedName },
});

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors);
