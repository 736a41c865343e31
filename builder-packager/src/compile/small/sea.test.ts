// @needs processes
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import { injectBlob } from "../executable/inject.ts";
import { seaBlob } from "../executable/sea-blob.ts";
import { nodeLayerDir } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "sea-"));
afterAll(() => rmSync(dir, { recursive: true }));

const cases = join(nodeLayerDir(), "conformance", "process", "sea.ts");
const assets = { text: "\ufeffaä€😀", empty: "" };

/** The cases as a single executable application of Node.js. */
async function nodeProgram(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [cases],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
  });
  const main = { name: "main.cjs", content: outputFiles[0]?.contents ?? new Uint8Array() };
  const contents = Object.entries(assets).map(([name, text]) => [name, Buffer.from(text)]);
  const file = join(dir, "node");
  const blob = seaBlob({ main, assets: Object.fromEntries(contents) });
  writeFileSync(file, injectBlob(readFileSync(process.execPath), blob), { mode: 0o755 });
  return file;
}

async function linesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(program);
  return stdout.trim().split("\n");
}

test("node:sea on the small JavaScript engine prints what a single executable application of Node.js prints", async () => {
  const small = join(dir, "small");
  await writeSmallProgram(cases, small, { assets });
  const onNode = await linesOf(await nodeProgram());
  expect(onNode.length).toBeGreaterThan(15);
  expect(await linesOf(small)).toEqual(onNode);
});
