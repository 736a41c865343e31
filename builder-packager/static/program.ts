import { build } from "esbuild";
import { bundlerDefaults, forSmallEngine, moduleTexts, noticesIn } from "../src/compile/bundle/bundler.ts";
import { type BundledFile, filesOf } from "../src/compile/bundle/packages.ts";
import type { NodeArchitecture } from "../src/compile/executable/node-release.ts";
import { compileModules, type SourceChunk } from "../src/compile/small/bytecode.ts";
import { withNumbers } from "../src/compile/small/chunks.ts";
import { engineFor, engineOfHost } from "../src/compile/small/engine.ts";
import { withoutLicenceTitles } from "../src/compile/small/licence-titles.ts";
import { neededChunks, nodeLayer, onNodeLayer } from "../src/compile/small/node-layer.ts";
import { payloadOf, withPayload } from "../src/compile/small/payload.ts";
import { substituted } from "./substitutes.ts";

/** The command line as modules for the small engine, and the files that they were made of. */
export interface BundledCommand {
  readonly modules: readonly SourceChunk[];
  readonly files: readonly BundledFile[];
  /** The legal comments in these files. */
  readonly notices: readonly string[];
}

const here = import.meta.dirname;

/** Bundles the commands of the static program and the modules of Node.js that they need. */
export async function bundleCommand(): Promise<BundledCommand> {
  const layer = await nodeLayer();
  const { metafile, outputFiles } = await build({
    ...bundlerDefaults,
    ...forSmallEngine(`import "globals";\nimport "./cnb.ts";`, here),
    sourcemap: false,
    // names of functions stay: --verbose prints them
    minify: false,
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [substituted, withoutLicenceTitles, onNodeLayer(layer), ...bundlerDefaults.plugins],
  });
  const own = withNumbers(moduleTexts({ outputFiles, metafile }, here), ["main.js"]);
  return {
    modules: [...own, ...neededChunks(layer, own)],
    files: [...filesOf(metafile, here), ...layer.files],
    notices: noticesIn(outputFiles),
  };
}

/** Returns the static program for each architecture. All modules are bytecode, which loads faster than source. */
export async function staticPrograms<Architecture extends NodeArchitecture>(
  { modules }: BundledCommand,
  architectures: readonly Architecture[],
): Promise<Readonly<Record<Architecture, Buffer>>> {
  const payload = payloadOf(await compileModules(modules, { engine: await engineOfHost(process.env) }));
  const programs = architectures.map((arch) => [arch, withPayload(engineFor(arch).program, payload)] as const);
  return Object.fromEntries(programs) as Record<Architecture, Buffer>;
}
