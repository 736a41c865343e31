import { startScript } from "../bundle/entry-source.ts";
import type { Script } from "../script.ts";
import { scriptFunction, scriptStart } from "./code-cache.ts";
import type { SeaResource } from "./sea-blob.ts";

type Code = Pick<Script, "code" | "map">;

/** Returns the blob's content for a script without a code cache. */
export const plainScript = ({ code, map }: Code): SeaResource => ({
  main: { name, content: Buffer.concat([code, Buffer.from(`\n${start}`)]) },
  assets: { map },
});

/**
 * Returns the blob's content for a script with its code cache. The blob's `main` is a small loader
 * that loads both.
 */
export const cachedScript = ({ code, map }: Code, cache: Uint8Array): SeaResource => ({
  main: { name, content: Buffer.from(loader) },
  assets: { map, script: scriptFunction(code), cache },
});

const name = "main.cjs";

/**
 * The code that starts the script. The program of phase-start passes the path of the phase as the
 * first argument. Removing `process.argv[1]` makes that path the new `process.argv[1]`, where
 * Node.js has a script's path. `process.argv0` cannot be used: under emulation it may be the path
 * of `main`.
 */
const start = `process.argv.splice(1, 1);\n${startScript("module.exports")}`;

/**
 * The program that runs the script with its code cache. V8 ignores a cache that it does not accept.
 */
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
