import type { SourceModule } from "../src/buildpackage/module.ts";
import type { ProgramOptions, Programs } from "../src/buildpackage/sources/programs.ts";
import type { ScriptCompiler } from "../src/compile/script.ts";
import { needsNode } from "./needs-node.ts";

/**
 * Replaces the function of `src/buildpackage/sources/programs.ts`: compiling TypeScript takes the
 * bundler, which runs on Node.js.
 */
export async function compilePrograms(modules: readonly SourceModule[], _options: ProgramOptions): Promise<Programs> {
  const source = modules.find(({ content }) => content.kind === "typescript");
  if (source !== undefined) throw needsNode(...compiling(source));
  return { additions: new Map(), executables: [], runtimes: new Map() };
}

const compiling = ({ id, dir, confinedTo }: SourceModule): readonly [subject: string, alternative?: string] =>
  confinedTo === undefined
    ? [`compiling ${id} in ${dir}`, "Or package the buildpack with that cnb, and use the package."]
    : [`compiling the application's buildpack ${id}`];

/** Replaces the function of `src/project/confined-compiler.ts`, whose compilers only `compilePrograms` calls. */
export const confinedCompiler = () => (): ScriptCompiler => {
  throw needsNode("compiling a buildpack");
};
