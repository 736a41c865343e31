// @needs processes, script
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import { nodeLayerDir } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "terminal-"));
afterAll(() => rmSync(dir, { recursive: true }));

const cases = join(nodeLayerDir(), "conformance", "process", "terminal.ts");

/** What a program prints on a terminal of 100 columns. The process id is different in each run. */
async function printed(command: string): Promise<readonly string[]> {
  const script = `stty columns 100 rows 30; ${command}`;
  const env = { PATH: process.env["PATH"], TERM: "xterm", NODE_DEBUG: "case" };
  const { stdout } = await promisify(execFile)("script", ["-qec", script, "/dev/null"], { env });
  return stdout
    .replace(/(CASE .{0,5}?)\d+(.{0,5}: )/g, "$1PID$2")
    .trim()
    .split("\r\n");
}

test("the small JavaScript engine prints the same output on a terminal as Node.js", async () => {
  const small = join(dir, "small");
  await writeSmallProgram(cases, small);
  const onNode = await printed(`${process.execPath} --no-warnings ${cases}`);
  expect(onNode.length).toBeGreaterThan(60);
  expect(await printed(small)).toEqual(onNode);
});
