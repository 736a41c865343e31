// @needs processes
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, root } from "../../../../test/support/cnb.ts";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";

const dir = mkdtempSync(join(tmpdir(), "documents-"));
const program = join(dir, "documents");
const documents = join(root, "test/support/small/hostile-documents.ts");
beforeAll(() => writeSmallProgram(documents, program));
afterAll(() => rmSync(dir, { recursive: true }));

/** Where the engine refuses what Node.js reads, or refuses it with another text. */
const others: Readonly<Record<string, string>> = {
  "TOML, a long integer": "RangeError: BigInt is too large to allocate",
  "JSON, nested lists": "RangeError: Maximum call stack size exceeded",
  "JSON, nested lists that do not end": "RangeError: Maximum call stack size exceeded",
};

const resultsIn = (output: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    output.split("\n").flatMap((line) => [/^(.+?): (.*)$/.exec(line)?.slice(1)].filter((found) => found !== undefined)),
  );

test("the small JavaScript engine reads or refuses hostile documents like Node.js, with less than 1 GiB of memory", async () => {
  // the engine may map 1 GiB in all, which Node.js could not start with
  const small = await execute("sh", ["-c", 'ulimit -v 1048576; exec "$0"', program]);
  expect([small.exitCode, small.signal, small.stderr]).toEqual([0, null, ""]);
  const options = ["--no-warnings", "--conditions=@libcnb/source", "--max-old-space-size=512"];
  const node = await execute(process.execPath, [...options, documents]);
  expect([node.exitCode, node.stderr]).toEqual([0, ""]);
  const expected = resultsIn(node.stdout);
  expect(Object.keys(expected).length).toBeGreaterThan(100);
  expect(resultsIn(small.stdout)).toEqual({ ...expected, ...others });
  expect(small.stdout).not.toContain("polluted");
});
