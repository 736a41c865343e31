// @needs qemu-aarch64, qemu-x86_64
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../bundle/bundle.ts";
import { codeCache, scriptFunction } from "./code-cache.ts";
import { hostArchitecture } from "./node-release.ts";

const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));
const node = process.execPath;
let root: string;
let script: Buffer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "code-cache-"));
  await mkdir(join(root, "node_modules"));
  await symlink(framework, join(root, "node_modules/libcnb"));
  const entry = join(root, "buildpack.ts");
  const marker = JSON.stringify(join(root, "imported"));
  await writeFile(
    entry,
    `import { writeFileSync } from "node:fs";\nimport { pass } from "libcnb";\nwriteFileSync(${marker}, "");
export default { detect: () => pass(), build() {} };\n`,
  );
  script = scriptFunction((await bundle([{ id: "me/x", entry }], { cwd: root })).code);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function cacheMadeIn(dir: string): Promise<Buffer> {
  await mkdir(join(root, dir), { recursive: true });
  return codeCache(script, { node, workDir: join(root, dir) });
}

/** Two processors of each architecture that are ten years apart. */
const processors = {
  amd64: { emulator: "qemu-x86_64", models: ["Nehalem", "max"] },
  arm64: { emulator: "qemu-aarch64", models: ["cortex-a53", "max"] },
}[hostArchitecture() ?? "amd64"];

async function emulatedNode(model: string): Promise<string> {
  const file = join(root, `node-${model}`);
  await writeFile(file, `#!/bin/sh\nexec ${processors.emulator} -cpu ${model} ${node} "$@"\n`, { mode: 0o755 });
  return file;
}

test.for(processors.models.slice(0, process.env["LIBCNB_TEST_ALL"] === "1" ? 2 : 1))(
  "the code cache generated on an emulated %s processor is reproducible and accepted on that processor",
  { timeout: 60_000 },
  async (model) => {
    const here = await cacheMadeIn(`here-${model}`);
    const emulated = await emulatedNode(model);
    await mkdir(join(root, model));
    expect(Buffer.compare(await codeCache(script, { node: emulated, workDir: join(root, model) }), here)).toBe(0);
    const { stdout } = spawnSync(emulated, ["-e", probe], { cwd: join(root, model, "warm-up"), encoding: "utf8" });
    expect(JSON.parse(stdout)).toMatchObject({ cachedDataRejected: false });
  },
);

/**
 * The message about a cache of a Node.js without options, as in an executable, and the size of a
 * cache without a warm-up.
 */
const probe = `
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const code = readFileSync("script.js", "latin1");
const { cachedDataRejected } = new Script(code, { filename: "main.cjs", cachedData: readFileSync("cache") });
const cold = new Script(code, { filename: "cold.cjs" }).createCachedData();
console.log(JSON.stringify({ cachedDataRejected, cold: cold.length }));
`;

test("the code cache is accepted, covers the start of the executable, and is identical in another directory", async () => {
  const cache = await cacheMadeIn("one");
  expect(Buffer.compare(await cacheMadeIn("somewhere/else"), cache)).toBe(0);
  const { stdout } = spawnSync(node, ["-e", probe], { cwd: join(root, "one/warm-up"), env: {}, encoding: "utf8" });
  const { cachedDataRejected, cold } = JSON.parse(stdout) as { cachedDataRejected: boolean; cold: number };
  expect(cachedDataRejected).toBe(false);
  expect(cache.length).toBeGreaterThan(cold * 1.2);
});

test("generating the code cache runs the framework's detect, but none of the buildpack's code", async () => {
  await cacheMadeIn("two");
  expect(await readdir(join(root, "two/warm-up"))).toContain("plan.toml");
  expect((await readdir(root)).includes("imported")).toBe(false);
});

test("a script that fails during code cache generation causes an error with the reason", async () => {
  await mkdir(join(root, "broken"));
  const made = codeCache(scriptFunction(Buffer.from("let x = ;")), { node, workDir: join(root, "broken") });
  await expect(made).rejects.toMatchObject({
    code: "COMPILE_FAILED",
    message: `${node} could not prepare the executable: it ended with exit code 1`,
    cause: expect.objectContaining({ message: expect.stringContaining("SyntaxError: Unexpected token ';'") }),
  });
});
