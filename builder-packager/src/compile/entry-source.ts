/** A component buildpack written in TypeScript. */
export interface EntryModule {
  /** Its id in buildpack.toml, such as `libcnb/node-engine`. */
  readonly id: string;
  /** Absolute path of the file whose default export is the buildpack. */
  readonly entry: string;
}

/**
 * The program that a multi-call executable runs. Buildpacks are imported when they are called: a detect of one does not
 * pay for the start of the others. Sorted by id, so that the order of the arguments does not change the executable.
 */
export function entrySource(modules: readonly EntryModule[]): string {
  const sorted = modules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [
    `import { runBuildpacks } from "libcnb/runtime";`,
    `runBuildpacks({`,
    ...sorted.map(({ id, entry }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(entry)}),`),
    `});`,
    "",
  ].join("\n");
}
