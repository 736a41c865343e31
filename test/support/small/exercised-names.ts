import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";

const recorder = join(import.meta.dirname, "record-uses.ts");

/**
 * Runs a module on Node.js and returns the exports of Node.js's modules that it uses, each as
 * `module name`.
 *
 * @param dir a directory for the bundle of the module
 */
export async function exercisedNames(entry: string, args: readonly string[], dir: string): Promise<readonly string[]> {
  const bundle = join(dir, "recorded.mjs");
  const uses = join(dir, "uses");
  writeFileSync(uses, "");
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    plugins: [recordedModules],
  });
  const env = { ...process.env, RECORDED_USES: uses };
  const options = { env, killSignal: "SIGKILL", timeout: 60_000, maxBuffer: 16e6 } as const;
  await promisify(execFile)(process.execPath, ["--no-warnings", bundle, ...args], options).catch(() => {});
  return readFileSync(uses, "utf8").trim().split("\n");
}

/** An import of a CommonJS module becomes a property that is read at each use, also of a primitive value. */
const recordedModules: Plugin = {
  name: "recorded-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      importer === recorder ? { path, external: true } : { path: path.slice("node:".length), namespace: "recorded" },
    );
    onLoad({ filter: /.*/, namespace: "recorded" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(recorder)}).recorded(${JSON.stringify(path)});`,
      resolveDir: import.meta.dirname,
    }));
  },
};
