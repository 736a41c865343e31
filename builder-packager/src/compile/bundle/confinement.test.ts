// @needs processes
import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readScript, type Script } from "../script.ts";
import { type Files, framework, marker, outside, using, ways, write } from "../testing/escapes.ts";
import { confinedTo, sourceLimits } from "./confinement.ts";

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "confinement-")));
  await write(dir, "outside", outside);
});

afterEach(() => rm(dir, { recursive: true, force: true }));

/** A script of `app/bp/src/buildpack.ts`. */
async function compiled(files: Files): Promise<Script> {
  await write(dir, "app", { ...framework, ...files });
  const root = join(dir, "app");
  const entry = join(root, "bp/src/buildpack.ts");
  return readScript([{ id: "app/bp", entry }], { cwd: root, confinement: { roots: [root], fallbacks: [] } });
}

/** All that is known of a script, as text. */
const textOf = ({ code, map, ...others }: Script): string =>
  [Buffer.from(code).toString(), Buffer.from(map).toString(), JSON.stringify(others)].join("\n");

describe("a confined script", () => {
  test.each(ways)("cannot read files outside of the application by means of %s", async (_, outcome, files) => {
    const found = await compiled(files).then(
      (script) => ({ outcome: "nothing", text: textOf(script) }),
      (error) => ({ outcome: "refused", text: `${error.code} ${error.message} ${error.hint}` }),
    );
    expect(found.text).not.toContain(marker);
    expect(found).toEqual({
      outcome,
      text: outcome === "refused" ? expect.stringMatching(/^COMPILE_FAILED /) : expect.anything(),
    });
  });

  test("can read a file inside the application", async () => {
    const script = await compiled({
      ...using(`import x from "../in.txt" with { type: "text" };`),
      "bp/in.txt": marker,
    });
    expect(textOf(script)).toContain(marker);
  });
});

describe("the sources of an untrusted buildpack are refused because of", () => {
  test("a file that is too large", async () => {
    const files = using(`import x from "./large.txt" with { type: "text" };`);
    await write(dir, "app", { "bp/src/large.txt": "" });
    await writeFile(join(dir, "app/bp/src/large.txt"), Buffer.alloc(sourceLimits.bytes));
    await expect(compiled(files)).rejects.toMatchObject({ message: expect.stringContaining("larger than 100 MiB") });
  });

  test("too many files", async () => {
    await write(dir, "app", { "a.ts": `import "./b.ts"; import "./c.ts";`, "b.ts": "", "c.ts": "" });
    const entryPoints = [join(dir, "app/a.ts")];
    const within = (files: number) =>
      build({
        entryPoints,
        bundle: true,
        write: false,
        logLevel: "silent",
        plugins: [confinedTo([join(dir, "app")], { ...sourceLimits, files })],
      });
    await expect(within(3)).resolves.toMatchObject({ errors: [] });
    await expect(within(2)).rejects.toThrow("the sources have more than 2 files");
  });

  test("a named pipe that is never closed", async () => {
    await write(dir, "app", { "bp/src/x": "" });
    await promisify(execFile)("mkfifo", [join(dir, "app/bp/src/pipe.txt")]);
    await expect(compiled(using(`import x from "./pipe.txt" with { type: "text" };`))).rejects.toMatchObject({
      code: "COMPILE_FAILED",
    });
  });
});
