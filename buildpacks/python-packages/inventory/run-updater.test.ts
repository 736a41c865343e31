// @needs processes
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";

const program = join(import.meta.dirname, "test-updater.ts");
const dir = await mkdtemp(join(tmpdir(), "updater-"));
const [first, second] = [join(dir, "a.toml"), join(dir, "b.toml")];

beforeEach(() => writeFile(first, "old"));
afterAll(() => rm(dir, { recursive: true }));

/** Runs the command, and tells what came of the file. */
async function update(...args: readonly string[]) {
  const command = ["--conditions=@libcnb/source", program, ...args];
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, command, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: `${stdout}${stderr}` }),
    );
  });
  return { code, lines: output.replaceAll(dir, "").trim().split("\n"), text: await readFile(first, "utf8") };
}

describe("an inventory updater", () => {
  test.for<[string, readonly string[], Awaited<ReturnType<typeof update>>]>([
    [
      "writes the inventory file and exits with code 0",
      [],
      { code: 0, lines: ['"old" becomes new', "/a.toml is written"], text: "new" },
    ],
    [
      "exits with code 1 if --check finds a change",
      ["--check"],
      { code: 1, lines: ['"old" becomes new'], text: "old" },
    ],
    [
      "exits with code 0 if --check finds no change",
      ["--check", "--value", "old"],
      {
        code: 0,
        lines: ['"old" becomes old', "a.toml is up to date with the sources that could be read"],
        text: "old",
      },
    ],
    [
      "exits with code 2 if --check cannot read a source",
      ["--check", "--failing", "the index"],
      { code: 2, lines: ["kept the index", '"old" becomes new'], text: "old" },
    ],
    [
      "writes the inventory file even if one source cannot be read",
      ["--failing", "the index"],
      { code: 0, lines: ["kept the index", '"old" becomes new', "/a.toml is written"], text: "new" },
    ],
    [
      "exits with code 3 for an error",
      ["--value", "broken"],
      { code: 3, lines: ['ERROR: the value of --value is "broken"'], text: "old" },
    ],
  ])("%s", async ([, args, expected]) => expect(await update(first, ...args)).toEqual(expected));

  test("writes the file in --file, which need not exist", async () => {
    expect(await update(first, "--file", second)).toEqual({
      code: 0,
      lines: ['"" becomes new', "/b.toml is written"],
      text: "old",
    });
    expect(await readdir(dir)).toEqual(["a.toml", "b.toml"]);
  });

  test("prints its flags for --help", async () => {
    expect((await update(first, "--help")).lines.join("\n")).toMatchInlineSnapshot(`
      "Writes a value.

        npm run x -- [--check] [--value <text>] [--failing <source>] [--file <file>]

        --check    writes no file; the exit code is 1 if a newer release exists, 2 if a source cannot be reached
        --value    what to write
        --failing  what cannot be read
        --file     the file to write instead of the one in the repository"
    `);
  });
});
