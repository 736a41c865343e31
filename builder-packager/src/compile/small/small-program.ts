import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramParts } from "../bundle/bundle-report.ts";
import type { NodeArchitecture } from "../executable/node-release.ts";
import type { Script } from "../script.ts";
import { compileModules, type SourceChunk } from "./bytecode.ts";
import { chunkSources } from "./chunks.ts";
import { type EngineKind, engineFor, engineOfHost } from "./engine.ts";
import { modulesInSource } from "./modules-in-source.ts";
import { neededChunks, nodeLayer } from "./node-layer.ts";
import { type PayloadFile, payloadOf, withPayload } from "./payload.ts";

export interface SmallProgramOptions {
  readonly arch: NodeArchitecture;
  readonly workDir: string;
  readonly assets?: Readonly<Record<string, string>>;
  /** The kind of engine to use. @default "linux" */
  readonly kind?: EngineKind;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the program `engine` into the working directory. The program contains the small engine,
 * the script's modules, the engine's implementation of Node.js modules, and the source map. All
 * modules are compiled once, so that syntax that the engine does not support is an error at
 * packaging time.
 */
export async function writeSmallProgram(
  { code, map, chunks = [] }: Pick<Script, "code" | "map" | "chunks">,
  { arch, workDir, assets = {}, kind = "linux", env, signal }: SmallProgramOptions,
): Promise<ProgramParts> {
  const { program } = engineFor(arch, kind);
  const layer = await nodeLayer();
  const own = chunkSources(Buffer.from(code).toString("utf8"), chunks);
  const all = [...own, ...neededChunks(layer, own)];
  const compiled = await compileModules(all, { engine: await engineOfHost(env, kind), kind, signal });
  const first = chunks.flatMap(({ name, isStart }) => (isStart ? [name] : []));
  const inSource = modulesInSource(all, ["globals", ...first]);
  const modules = [
    ...compiled.filter(({ name }) => !inSource.has(name)),
    ...all.filter(({ name }) => inSource.has(name)).map(sourceFile),
  ];
  const texts = Object.entries(assets).map(([name, text]) => ({ name, contents: Buffer.from(text) }));
  const payload = payloadOf([...modules, { name: "map", contents: map }, ...texts]);
  await writeFile(join(workDir, "engine"), withPayload(program, payload), { mode: 0o755 });
  return { node: program.length, script: code.length, codeCache: payload.length - map.length, sourceMap: map.length };
}

/** A module that the engine compiles when it is loaded. */
const sourceFile = ({ name, text }: SourceChunk): PayloadFile => ({
  name: `source:${name}`,
  contents: Buffer.from(text),
});
