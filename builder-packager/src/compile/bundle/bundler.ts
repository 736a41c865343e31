import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { BuildFailure, BuildOptions, BuildResult, Metafile, OutputFile, Plugin } from "esbuild";
import { defined } from "../../defined.ts";
import { type Chunk, joinChunks } from "../small/chunks.ts";
import { inertOutputs, withoutImportsOf } from "../small/inert-imports.ts";
import { absentPeers } from "./absent-peers.ts";
import { checkDefaults, checkImports } from "./check-modules.ts";
import { compileError, compileWarnings } from "./compile-messages.ts";
import { type EntryModule, type ExecDModule, generatedName } from "./entry-source.ts";
import { legalComments } from "./legal-comments.ts";
import { type BundledFile, filesOf } from "./packages.ts";
import { authorMap } from "./source-map.ts";

/** A script that contains the buildpacks and everything that they import. */
export interface Bundle {
  /**
   * The script in CommonJS: the main script of a Node.js single executable cannot be an ES module
   * that uses CommonJS packages.
   */
  readonly code: Uint8Array;
  /** For the small engine: the ES modules in the script, by line number. */
  readonly chunks?: readonly Chunk[];
  /** The source map of the script. */
  readonly map: Uint8Array;
  /** All source files that the bundler read, with absolute paths. */
  readonly files: readonly BundledFile[];
  /** The legal comments in the source files. */
  readonly notices: readonly string[];
  /** Warnings about code that will not work as intended, with file, line and column. */
  readonly warnings: readonly string[];
}

/** The modules to bundle, and the directories to which their paths are relative. */
export interface Sources {
  readonly modules: readonly [EntryModule, ...EntryModule[]];
  /** The exec.d program to bundle, if it is not a bundle of buildpacks. */
  readonly execD?: ExecDModule;
  /** The real path of the directory to which the bundler's paths are relative. */
  readonly dir: string;
  /** The directory to which file names in errors are relative. */
  readonly cwd: string;
}

type Result = BuildResult<{ write: false; metafile: true }>;

interface Entries {
  readonly dir: string;
  /** Real paths of the entries of the buildpacks. */
  readonly entries: readonly string[];
}

/**
 * Runs the bundler, checks its result, and reads the script.
 *
 * @throws CnbError COMPILE_FAILED with file, line and column of every mistake.
 */
export async function bundled(
  { modules, execD, dir, cwd }: Sources,
  build: () => Promise<Result>,
  scriptIn: (result: Result, entries: Entries) => ScriptOutput,
): Promise<Bundle> {
  const naming = { dir, cwd };
  try {
    const result = await build();
    checkImports(result.metafile, naming);
    await checkDefaults(modules, cwd, execD);
    const entries = await Promise.all(modules.map(({ entry }) => realpath(entry)));
    const { code, map, chunks } = scriptIn(result, { dir, entries });
    return {
      code,
      map: authorMap(map, { code, modules, dir }),
      ...defined({ chunks }),
      files: filesOf(result.metafile, dir),
      notices: noticesIn(result.outputFiles),
      warnings: compileWarnings(result.warnings, naming),
    };
  } catch (error) {
    throw isBuildFailure(error) ? compileError(error.errors, naming) : error;
  }
}

/** Returns the legal comments that the bundler has collected. */
export const noticesIn = (files: readonly OutputFile[]): readonly string[] =>
  legalComments(Buffer.concat(files.flatMap(({ path, contents }) => (path.endsWith(".LEGAL.txt") ? [contents] : []))));

/** The bundler's options that all bundles share. */
export const bundlerDefaults = {
  bundle: true,
  write: false,
  metafile: true,
  // The script does not name it: it is a separate file of the executable.
  sourcemap: "external",
  sourcesContent: false,
  logLevel: "silent",
  // Problems that only fail at run time.
  logOverride: {
    "unsupported-dynamic-import": "warning",
    "unsupported-require-call": "warning",
    "indirect-require": "warning",
  },
  platform: "node",
  // Becomes require(), because the script of an executable cannot use import().
  supported: { "dynamic-import": false },
  format: "cjs",
  // Source files of a workspace's packages, which need no build step before.
  conditions: ["@libcnb/source"] as string[],
  mainFields: ["main", "module"] as string[],
  minify: true,
  treeShaking: true,
  // One character beyond ASCII would make V8 keep the whole script with two bytes per character.
  charset: "ascii",
  // Licences are in a file next to the executable.
  legalComments: "external",
  // No tsconfig.json of a directory above the sources may change the result.
  tsconfigRaw: { compilerOptions: { target: "es2024" } },
  plugins: [absentPeers] as Plugin[],
} as const satisfies BuildOptions;

/** Returns the bundler's options for a generated entry module. */
export const entryOf = (contents: string, resolveDir: string) => ({
  absWorkingDir: resolveDir,
  stdin: { contents, loader: "js" as const, resolveDir, sourcefile: generatedName },
});

/**
 * Returns the bundler's options for a program on the small engine: ES modules that import each
 * other.
 */
export const forSmallEngine = (source: string, dir: string) => ({
  ...entryOf(source, dir),
  outdir: dir,
  entryNames: "main",
  chunkNames: "c-[hash]",
  splitting: true,
  format: "esm" as const,
  target: "es2023",
  supported: {},
});

/** The script that the bundler has created, and its source map. */
export interface ScriptOutput {
  readonly code: Uint8Array;
  readonly map: Uint8Array;
  readonly chunks?: readonly Chunk[];
}

const endingWith = (files: readonly OutputFile[], suffix: string): Uint8Array | undefined =>
  files.find(({ path }) => path.endsWith(suffix))?.contents;

/** Reads the script for Node.js from the bundler's result. */
export const scriptOf = ({ outputFiles }: Result): ScriptOutput => ({
  code: endingWith(outputFiles, ".cjs") ?? new Uint8Array(),
  map: endingWith(outputFiles, ".map") ?? new Uint8Array(),
});

/** Reads the modules for the small engine from the bundler's result, joined into one script. */
export function modulesOf({ outputFiles, metafile }: Result, { dir, entries }: Entries): ScriptOutput {
  const textOf = (name: string) => outputFiles.find(({ path }) => basename(path) === name)?.text ?? "{}";
  const start = startOutputs(metafile, { dir, entries });
  const outputs = moduleTexts({ outputFiles, metafile }, dir).map(({ name, text }) => ({
    name,
    text,
    map: textOf(`${name}.map`),
    isStart: start.has(name),
  }));
  const { code, map, chunks } = joinChunks(outputs, "main.js");
  return { code: Buffer.from(code), map: Buffer.from(map), chunks };
}

/** Returns the texts of the modules for the small engine, without imports of modules that do nothing. */
export function moduleTexts({ outputFiles, metafile }: Pick<Result, "outputFiles" | "metafile">, dir: string) {
  const inert = inertOutputs(metafile, dir);
  return outputFiles
    .filter(({ path }) => path.endsWith(".js"))
    .map(({ path, text }) => ({ name: basename(path), text: withoutImportsOf(inert, text.trimEnd()) }));
}

/** The outputs from which a run starts: the generated entry, and the entries of the buildpacks. */
function startOutputs({ outputs }: Metafile, { dir, entries }: Entries): ReadonlySet<string> {
  const isEntry = (file = "") => entries.includes(resolve(dir, file));
  const found = Object.entries(outputs).filter(([, { entryPoint }]) => isEntry(entryPoint));
  return new Set(["main.js", ...found.map(([path]) => basename(path))]);
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors);
