// @needs processes
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "../../../../test/support/cnb.ts";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import { nodeLayerDir } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "exhaustion-"));
const program = join(dir, "limits");
const cases = join(nodeLayerDir(), "conformance", "limits.mjs");
beforeAll(() => writeSmallProgram(cases, program));
afterAll(() => rmSync(dir, { recursive: true }));

/** The behavior of Node.js where it differs: it has no such limit, has one that the engine lacks, or crashes. */
const others: Readonly<Record<string, string>> = {
  "bound functions": "1",
  "JSON.parse of objects": "an object",
  "regular expression match": "RangeError",
};

describe("a program that needs much stack or memory", () => {
  test.for([
    ["recursion", "RangeError"],
    ["getters", "RangeError"],
    ["proxies", "RangeError"],
    ["bound functions", "InternalError"],
    ["JSON.parse", "RangeError"],
    ["JSON.parse of objects", "RangeError"],
    ["JSON.stringify", "RangeError"],
    ["toString of arrays", "RangeError"],
    ["flat of arrays", "RangeError"],
    ["structuredClone", "RangeError"],
    ["regular expression source", "SyntaxError"],
    ["regular expression classes", "true"],
    ["regular expression match", "true"],
    ["source text", "RangeError"],
    ["source templates", "RangeError"],
    ["long sum", "500001"],
    ["destructors", '"done"'],
    ["rope of a text", "[600000,98,40000,98]"],
    ["promises", "[300000,1]"],
    ["async recursion", "1000"],
    ["generators", "1001"],
    ["spread", "RangeError"],
    ["apply", "RangeError"],
    ["sort", "RangeError"],
    ["huge text", "RangeError"],
    ["huge array", "RangeError"],
    ["huge buffer", "RangeError"],
    ["huge number", "RangeError"],
    ["padded text", "RangeError"],
    ["joined texts", "RangeError"],
  ] as const)(
    "in the conformance case %j prints %j on the small JavaScript engine, and the same on Node.js unless a known difference exists",
    async ([name, result]) => {
      const small = await execute(program, [name]);
      expect(small).toEqual({ exitCode: 0, signal: null, stdout: `${result}\n`, stderr: "" });
      const node = await execute(process.execPath, ["--no-warnings", cases, name]);
      expect(node.stdout).toBe(`${others[name] ?? result}\n`);
    },
  );
});

test("the small JavaScript engine throws a RangeError if a stack of 100 KiB is exhausted", async () => {
  const script = 'ulimit -s 100; "$0" recursion && "$0" JSON.parse';
  const { stdout, stderr } = await execute("sh", ["-c", script, program]);
  expect([stdout, stderr]).toEqual(["RangeError\nRangeError\n", ""]);
});

test("the small JavaScript engine uses freed memory for objects of other sizes", async () => {
  const script = 'ulimit -v 400000; exec "$0" "texts of many sizes in turn"';
  const { stdout, stderr } = await execute("sh", ["-c", script, program]);
  expect([stdout, stderr]).toEqual(['"done"\n', ""]);
});

describe("a program that allocates", () => {
  // the limit is three quarters of what the system allows
  test.for(["objects", "objects of the module", "buffers", "files", "texts", "promises"])(
    '%s without end fails on the small JavaScript engine with the error "out of memory"',
    async (name) => {
      const script = 'ulimit -v 400000; exec "$0" "memory of $1"';
      const { exitCode, signal, stderr } = await execute("sh", ["-c", script, program, name]);
      expect([exitCode, signal, stderr.split("\n")[0]]).toEqual([1, null, "Uncaught InternalError: out of memory"]);
    },
  );
});
