import { basename, dirname } from "node:path";

/** A component buildpack or an extension written in TypeScript. */
export interface EntryModule {
  /** The id in buildpack.toml or extension.toml, such as `libcnb/node-engine`. */
  readonly id: string;
  /** The absolute path of the file whose default export is the buildpack or the extension. */
  readonly entry: string;
}

/** An exec.d program written in TypeScript, and the buildpack that it is part of. */
export interface ExecDModule {
  /** The name of the program's source file without its extension. */
  readonly name: string;
  /** The absolute path of the file whose default export is the program. */
  readonly entry: string;
  readonly buildpack: { readonly id: string; readonly version: string };
}

/**
 * Returns the directory of a buildpack, which is derived from the path of its entry or of one of
 * its exec.d programs.
 */
export function rootOf(entry: string): string {
  const dir = basename(dirname(entry)) === "exec.d" ? dirname(dirname(entry)) : dirname(entry);
  return basename(dir) === "src" ? dirname(dir) : dir;
}

/** Returns the entry script of an exec.d program. Loading the script runs the program. */
export const execDSource = ({ entry, ...program }: ExecDModule): string =>
  [
    `import { runExecD } from "libcnb/launch";`,
    // of a namespace: a missing default export is reported with a hint by the check of all entries
    `import * as module from ${JSON.stringify(entry)};`,
    `runExecD(module.default, ${JSON.stringify(program)});`,
  ].join("\n");

/**
 * Returns the entry script of an executable that contains several buildpacks. The script only
 * exports the functions that {@link startScript} calls. The compiler can thus load the script to
 * create the code cache without running a phase. A buildpack is imported when it is called, so that
 * its detect does not load the others. Buildpacks are sorted by id, so that the order of `modules`
 * does not change the executable.
 */
export function entrySource(modules: readonly EntryModule[]): string {
  const sorted = modules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [
    `export { runBuildpacks } from "libcnb/runtime";`,
    `export const buildpacks = {`,
    ...sorted.map(({ id, entry }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(entry)}),`),
    `};`,
    "",
  ].join("\n");
}

/**
 * Returns the statement that runs the entry script. `exports` is an expression for the script's
 * exports.
 */
export const startScript = (exports: string): string => `${exports}.runBuildpacks(${exports}.buildpacks);`;

/** The bundler's file name for the entry that `entrySource` generates. */
export const generatedName = "<the generated entry>";

/** Matches inputs that are not files: the generated entry, and modules of plugins. */
export const notAFile = /^<|^(absent-peer|node-builtin|required-builtin|absent-builtin|lazy|entry|globals):/;
