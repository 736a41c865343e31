/** A component buildpack written in TypeScript. */
export interface EntryModule {
  /** Its id in buildpack.toml, such as `libcnb/node-engine`. */
  readonly id: string;
  /** Absolute path of the file whose default export is the buildpack. */
  readonly entry: string;
}

/**
 * The script of a multi-call executable. It exports what `startScript` calls, so that loading it runs nothing: the compiler
 * warms up its code before. Buildpacks are imported when they are called: a detect of one does not pay for the start of the
 * others. Sorted by id, so that the order of the arguments does not change the executable.
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

/** How the bundler calls the entry that `entrySource` makes. */
export const generatedName = "<the generated entry>";

/** Inputs that are no files: the generated entry, and what plugins provide. */
export const notAFile = /^<|^absent-peer:/;
