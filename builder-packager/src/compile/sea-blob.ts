import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import { codeCache, scriptFunction, scriptStart } from "./code-cache.ts";
import { startScript } from "./entry-source.ts";
import { runNode } from "./run-node.ts";

export interface SeaBlobOptions {
  /** A Node.js of exactly the version, for the code cache also of the architecture, that the blob will run in. */
  readonly node: string;
  /** An empty folder. */
  readonly workDir: string;
  readonly codeCache: boolean;
  readonly signal?: AbortSignal;
}

/** Makes the blob that Node.js looks for in its own executable. The same script gives the same bytes. */
export async function seaBlob({ code, map }: Pick<Bundle, "code" | "map">, options: SeaBlobOptions): Promise<Buffer> {
  const script = options.codeCache ? await cachedScript(code, options) : plainScript(code);
  const files = { ...script, map };
  const { "main.cjs": main, ...assets } = files;
  for (const [name, content] of Object.entries(files)) await writeFile(join(options.workDir, name), content);
  await writeFile(join(options.workDir, "sea.json"), JSON.stringify(seaConfig(Object.keys(assets))));
  await runNode(options.node, ["--experimental-sea-config", "sea.json"], options);
  return await readFile(join(options.workDir, "blob"));
}

interface BlobFiles {
  readonly "main.cjs": Uint8Array | string;
  /** Assets. */
  readonly [name: string]: Uint8Array | string;
}

const plainScript = (code: Uint8Array): BlobFiles => ({
  "main.cjs": Buffer.concat([code, Buffer.from(`\n${startScript("module.exports")}`)]),
});

async function cachedScript(code: Uint8Array, options: SeaBlobOptions): Promise<BlobFiles> {
  const script = scriptFunction(code);
  return { "main.cjs": loader, script, cache: await codeCache(script, options) };
}

/** Runs the script with its code cache. A cache that V8 does not accept is only ignored. */
const loader = `"use strict";
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");
const code = Buffer.from(getRawAsset("script")).latin1Slice();
const cachedData = Buffer.from(getRawAsset("cache"));
// columns in stacks are those of the script itself, as in its source map
const script = new Script(code, { filename: "main.cjs", columnOffset: -${scriptStart.length}, cachedData });
script.runInThisContext()(exports, require, module, __filename, __dirname);
${startScript("module.exports")}
`;

const seaConfig = (assets: readonly string[]) => ({
  // Relative: Node.js writes this name into the blob.
  main: "main.cjs",
  output: "blob",
  assets: Object.fromEntries(assets.map((name) => [name, name])),
  // Of the main script alone, and only of what V8 compiles before it runs: see codeCache.
  useCodeCache: false,
  useSnapshot: false,
  disableExperimentalSEAWarning: true,
  // NODE_OPTIONS of an application must neither load code into a buildpack nor stop it.
  execArgvExtension: "none",
});
