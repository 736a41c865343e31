import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ToolName } from "../build-tool.ts";
import { buildFailure } from "./failure.ts";

/**
 * Real output of the tools. Long output is shortened to its beginning and end, and addresses and
 * paths are replaced.
 */
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

test.for(tools.flatMap(samplesOf))(
  "the error explains the output of a failed build: $title",
  ({ tool, exitCode, output, expected }) => {
    const error = buildFailure(tool, { exitCode, output });
    expect(`${error.code}: ${error.message}`).toBe(expected);
    expect(error.cause).toMatch(new RegExp(`^the tool ended with exit code ${exitCode}`));
  },
);
