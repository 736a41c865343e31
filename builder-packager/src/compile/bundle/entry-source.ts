/** A component buildpack written in TypeScript. */
export interface EntryModule {
  /** Its id in buildpack.toml, such as `libcnb/node-engine`. */
  readonly id: string;
  /** Absolute path of the file whose default export is the buildpack. */
  readonly entry: string;
}

/**
 * The script of a multi-call executable. It exports the functions that `startScript` calls, so that
 * loading it runs nothing: the compiler warms up its code first. Buildpacks are imported when
 * called, so that a detect does not pay for the start of the others. It is sorted by id, so that
 * the order of the arguments does not change the executable.
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

/** The statement that runs the script's exports. */
export const startScript = (exports: string): string => `${exports}.runBuildpacks(${exports}.buildpacks);`;

/** The bundler's name of the entry made by `entrySource`. */
export const generatedName = "<the generated entry>";

/** Inputs that are not files: the generated entry, and modules of plugins. */
export const notAFile = /^<|^absent-peer:/;
