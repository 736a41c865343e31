import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ManagerName } from "../package-manager.ts";
import { installFailure } from "./failure.ts";

/** Real output of the tools. Long output is shortened to its end, and addresses and paths are replaced. */
function samplesOf(manager: ManagerName) {
  const text = readFileSync(join(import.meta.dirname, "samples", `${manager}.txt`), "utf8");
  const [, ...parts] = text.split(/^=== /m);
  return parts.map((part) => {
    const [head = "", ...lines] = part.split("\n");
    const [, title = "", exitCode, expected = ""] = /^(.*): exit code (\d+) => (.*)$/.exec(head) ?? [];
    return { manager, title, exitCode: Number(exitCode), expected, output: lines.join("\n") };
  });
}

const managers: readonly ManagerName[] = ["pip", "uv", "poetry", "pipenv", "pdm"];

test.for(managers.flatMap(samplesOf))(
  "a failed installation is explained: $title",
  ({ manager, exitCode, output, expected }) => {
    const error = installFailure(manager, { exitCode, output });
    expect(`${error.code}: ${error.message}`).toBe(expected);
    expect(error.cause).toMatch(new RegExp(`^the tool ended with exit code ${exitCode}`));
  },
);
