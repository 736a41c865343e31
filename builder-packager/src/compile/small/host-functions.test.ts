// @needs processes
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "../../../../test/support/cnb.ts";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import { nodeLayerDir } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "host-functions-"));
const program = join(dir, "fuzz");
beforeAll(() => writeSmallProgram(join(nodeLayerDir(), "conformance", "fuzz.mjs"), program));
// The functions create directories that their owner cannot enter.
afterAll(() => removeTree(dir));

// A panic of Rust ends the process with SIGABRT, an error of memory with SIGSEGV. The last argument 1 prints each call.
test.for([1, 2, 3, 4, 5, 6, 7, 8])(
  "the small JavaScript engine's host functions never crash the process for random arguments (seed %i)",
  async (seed) => {
    const cwd = mkdtempSync(join(dir, "scratch-"));
    const { exitCode, signal, stdout, stderr } = await execute(program, [`${seed}`, "4000", "0"], { cwd });
    expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: "" });
    expect(stdout).toMatch(/^functions \d{2,} returned true thrown true\n$/);
  },
);
