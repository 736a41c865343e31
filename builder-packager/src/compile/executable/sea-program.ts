import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramParts } from "../bundle/bundle-report.ts";
import type { Script } from "../script.ts";
import { codeCache, scriptFunction } from "./code-cache.ts";
import { injectBlob } from "./inject.ts";
import { type NodeBinaryOptions, nodeBinary } from "./node-binary.ts";
import type { NodeArchitecture } from "./node-release.ts";
import { seaBlob } from "./sea-blob.ts";
import { cachedScript, plainScript } from "./sea-resource.ts";
import { smallNode } from "./small-node.ts";

export interface SeaProgramOptions extends NodeBinaryOptions {
  readonly arch: NodeArchitecture;
  readonly workDir: string;
  /** True to include V8's code cache, which requires that a Node.js for `arch` can run here. */
  readonly withCodeCache: boolean;
  readonly assets?: Readonly<Record<string, string>>;
}

/** Writes the program `main` into the working directory: Node.js with the script inside. */
export async function writeSeaProgram(script: Script, options: SeaProgramOptions): Promise<ProgramParts> {
  const [node, cache] = await Promise.all([smallNode(options.arch, options), cacheOf(script, options)]);
  options.signal?.throwIfAborted();
  const { main, assets } = cache ? cachedScript(script, cache) : plainScript(script);
  const texts = Object.entries(options.assets ?? {}).map(([name, text]) => [name, Buffer.from(text)]);
  const blob = seaBlob({ main, assets: { ...assets, ...Object.fromEntries(texts) } });
  await writeFile(join(options.workDir, "main"), injectBlob(node, blob), { mode: 0o755 });
  const parts = { script: script.code.length, codeCache: cache?.length ?? 0, sourceMap: script.map.length };
  return { node: node.length, ...parts };
}

async function cacheOf(script: Script, { arch, workDir, withCodeCache, ...options }: SeaProgramOptions) {
  if (!withCodeCache) return undefined;
  const dir = join(workDir, "code-cache");
  await mkdir(dir);
  const { file: node } = await nodeBinary(arch, options);
  const cache = await codeCache(scriptFunction(script.code), { node, workDir: dir, signal: options.signal });
  await rm(dir, { recursive: true });
  return cache;
}
