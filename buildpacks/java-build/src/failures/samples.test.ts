import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ToolName } from "../build-tool.ts";
import { buildFailure } from "./failure.ts";

/** What the tools themselves printed, of much the beginning and the end; only addresses and paths are other ones. */
function samplesOf(tool: ToolName) {
  const text = readFileSync(join(import.meta.dirname, "samples", `${tool}.txt`), "utf8");
  const [, ...parts] = text.split(/^=== /m);
  return parts.map((part) => {
    const [head = "", ...lines] = part.split("\n");
    const [, title = "", exitCode, expected = ""] = /^(.*): exit code (\d+) => (.*)$/.exec(head) ?? [];
    return { tool, title, exitCode: Number(exitCode), expected, output: lines.join("\n") };
  });
}

const tools: readonly ToolName[] = ["maven", "gradle"];

test.for(tools.flatMap(samplesOf))("$title is explained", ({ tool, exitCode, output, expected }) => {
  const error = buildFailure(tool, { exitCode, output });
  expect(`${error.code}: ${error.message}`).toBe(expected);
  expect(error.cause).toMatch(new RegExp(`^it ended with exit code ${exitCode}`));
});
