import { startScript } from "../bundle/entry-source.ts";
import type { Script } from "../script.ts";
import { scriptFunction, scriptStart } from "./code-cache.ts";
import type { SeaResource } from "./sea-blob.ts";

type Code = Pick<Script, "code" | "map">;

/** A script and its source map for a single executable. */
export const plainScript = ({ code, map }: Code): SeaResource => ({
  main: { name, content: Buffer.concat([code, Buffer.from(`\n${start}`)]) },
  assets: { map },
});

/** A script with its code cache. Its `main` is a loader. */
export const cachedScript = ({ code, map }: Code, cache: Uint8Array): SeaResource => ({
  main: { name, content: Buffer.from(loader) },
  assets: { map, script: scriptFunction(code), cache },
});

const name = "main.cjs";

/**
 * The program of phase-start passes the path of the phase as the first argument. It becomes `process.argv[1]`, the place of a script's path:
 * under emulation, `process.argv0` may be the path of `main`.
 */
const start = `process.argv.splice(1, 1);\n${startScript("module.exports")}`;

/** Runs the script with its code cache. A cache that V8 does not accept is only ignored. */
const loader = `"use strict";
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");
const code = Buffer.from(getRawAsset("script")).latin1Slice();
const cachedData = Buffer.from(getRawAsset("cache"));
// columns in stacks are those of the script itself, as in its source map
const script = new Script(code, { filename: "main.cjs", columnOffset: -${scriptStart.length}, cachedData });
script.runInThisContext()(exports, require, module, __filename, __dirname);
${start}
`;
