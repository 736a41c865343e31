import { writeFileSync } from "node:fs";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { absentPeers } from "../../../builder-packager/src/compile/bundle/absent-peers.ts";
import { compileModules, type SourceChunk } from "../../../builder-packager/src/compile/small/bytecode.ts";
import { engineFor, engineOfHost } from "../../../builder-packager/src/compile/small/engine.ts";
import { type Lacks, nodeLayer, onNodeLayer } from "../../../builder-packager/src/compile/small/node-layer.ts";
import { type PayloadFile, payloadOf, withPayload } from "../../../builder-packager/src/compile/small/payload.ts";

interface SmallBundleOptions {
  /** Plugins of the bundler, which resolve a module before the Node layer does. */
  readonly plugins?: readonly Plugin[];
  /** Imports that the engine lacks, and that fail when they are used. Default: none, such an import fails the bundle. */
  readonly lacks?: Lacks;
}

interface SmallProgramOptions extends SmallBundleOptions {
  /** Texts for `node:sea`, by name. */
  readonly assets?: Readonly<Record<string, string>>;
}

/** Writes a program for the small engine with this module and what it imports, which may be native modules. */
export async function writeSmallProgram(
  entry: string,
  file: string,
  { assets = {}, ...options }: SmallProgramOptions = {},
): Promise<void> {
  const text = await bundledForEngine({ entryPoints: [entry] }, options);
  const modules = await compiled([mainModule(text), ...(await nodeLayer()).chunks]);
  const files = Object.entries(assets).map(([name, contents]) => ({ name, contents: Buffer.from(contents) }));
  writeFileSync(file, programWith([...modules, ...files]), { mode: 0o755 });
}

/** Bundles modules for the small engine into the source of one module. */
export async function bundledForEngine(
  entry: Pick<BuildOptions, "entryPoints" | "stdin">,
  { plugins = [], lacks }: SmallBundleOptions = {},
): Promise<string> {
  const { outputFiles } = await build({
    ...entry,
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    mainFields: ["module", "main"],
    conditions: ["@libcnb/source"],
    external: ["engine:*"],
    plugins: [...plugins, absentPeers, onNodeLayer(await nodeLayer(), { lacks })],
  });
  return outputFiles[0]?.text ?? "";
}

/** The module that the engine runs first. */
export const mainModule = (text: string): SourceChunk => ({ name: "main.js", text: `import "globals";\n${text}` });

/** Compiles modules into bytecode. */
export const compiled = async (modules: readonly SourceChunk[]): Promise<readonly PayloadFile[]> =>
  compileModules(modules, { engine: await engineOfHost(process.env), signal: undefined });

/** The small engine with files, among them the compiled modules of the Node layer. */
export function programWith(files: readonly PayloadFile[]): Uint8Array {
  const { program } = engineFor(process.arch === "arm64" ? "arm64" : "amd64");
  return withPayload(program, payloadOf(files));
}
