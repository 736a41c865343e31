import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunNodeOptions, runNode } from "./run-node.ts";

/** The parameters of a CommonJS script in Node.js. */
const parameters = "exports, require, module, __filename, __dirname";

/** The code that `scriptFunction` adds before the script. */
export const scriptStart = `(function (${parameters}) {`;

/** Wraps a script in a function expression. Calling the function runs the script. */
export const scriptFunction = (code: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(scriptStart), code, Buffer.from("\n})")]);

export interface CodeCacheOptions extends RunNodeOptions {
  /** A Node.js executable of exactly the script's version and architecture. */
  readonly node: string;
}

/**
 * Creates V8's code cache for a script (in the form of {@link scriptFunction}). The script runs
 * once before, so that the cache contains the functions that run whenever the program starts. The
 * cache that Node.js itself creates for an executable only contains what V8 compiles before
 * execution, which makes detect a fifth slower. Only a built-in sample buildpack runs, so no code
 * of the author runs during packaging. The same script gives the same bytes.
 *
 * @throws CnbError COMPILE_FAILED
 */
export async function codeCache(script: Uint8Array, { node, ...options }: CodeCacheOptions): Promise<Buffer> {
  const dir = join(options.workDir, "warm-up");
  await mkdir(join(dir, "platform", "env"), { recursive: true });
  await mkdir(join(dir, "app"));
  const files = { "script.js": script, "warm-up.cjs": warmUp, "buildpack.toml": descriptor, "platform/env/X": "" };
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  await writeFile(join(dir, "app", "package.json"), "{}");
  // Without a fixed seed the cache differs from run to run. The seed does not make the runtime reject it.
  await runNode(node, ["--random-seed=1", "../warm-up.cjs"], { ...options, workDir: join(dir, "app"), env: contract });
  return await readFile(join(dir, "cache"));
}

/** The environment variables that the lifecycle sets for a buildpack. */
const contract = {
  CNB_BUILDPACK_DIR: "..",
  CNB_PLATFORM_DIR: "../platform",
  CNB_BUILD_PLAN_PATH: "../plan.toml",
  CNB_TARGET_OS: "linux",
  CNB_TARGET_ARCH: "amd64",
  CNB_TARGET_DISTRO_NAME: "debian",
  CNB_TARGET_DISTRO_VERSION: "12",
};

const descriptor = `api = "0.10"

[buildpack]
id = "warm/up"
version = "1.0.0"
name = "Warm-up"
description = "Everything that a descriptor of a component buildpack usually holds"
keywords = ["warm", "up"]
sbom-formats = ["application/vnd.cyclonedx+json"]

[[buildpack.licenses]]
type = "MIT"

[[targets]]
os = "linux"
arch = "amd64"

[metadata]
a = { b = [1, true] }
`;

/**
 * The program that runs the script and writes the cache. V8's background optimizations would make
 * the cache differ from run to run, so they are disabled. They are enabled again before the cache
 * is created, because V8 rejects a cache that was created with other flags. The framework calls
 * `process.exit` after a phase, so that function does nothing until the last phase.
 */
const warmUp = `"use strict";
const fs = require("node:fs");
const v8 = require("node:v8");
const { Script } = require("node:vm");
const background = ["flush-bytecode", "sparkplug", "maglev", "turbofan"];
for (const flag of background) v8.setFlagsFromString("--no-" + flag);
const script = new Script(fs.readFileSync("../script.js", "latin1"), { filename: "main.cjs" });
const module_ = { exports: {} };
const exit = process.exit;
process.exit = () => {};
process.argv[1] = "/bin/detect";
process.on("exit", () => {
  for (const flag of background) v8.setFlagsFromString("--" + flag);
  fs.writeFileSync("../cache", script.createCachedData());
});
script.runInThisContext()(module_.exports, require, module_, __filename, __dirname);
const { runBuildpacks } = module_.exports;
const requires = [{ name: "a", metadata: { launch: true, version: "1" } }, { name: "b", metadata: {} }];
const plan = [{ provides: ["a"], requires }, { provides: [], requires }];
async function detect({ app }) {
  await app.exists("none");
  await app.list();
  await app.readJson("package.json");
  await app.readText("package.json");
  return { outcome: "pass", plan };
}
const warm = (detect) => runBuildpacks({ "warm/up": async () => ({ default: { detect, build() {} } }) });
(async () => {
  await warm(detect);
  await warm(() => ({ outcome: "fail", reason: "none" }));
  exit.call(process, 0);
})();
`;
