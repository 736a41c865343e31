import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ManagerName } from "@libcnb/node-app";
import { expect, test } from "vitest";
import { installFailure, scriptFailure } from "./failure.ts";

interface Sample {
  readonly title: string;
  readonly isInstall: boolean;
  readonly exitCode: number;
  readonly expected: string;
  readonly output: string;
}

/** Real output of the tools. Only addresses and paths are replaced. */
function samplesOf(manager: ManagerName): readonly Sample[] {
  const text = readFileSync(join(import.meta.dirname, "samples", `${manager}.txt`), "utf8");
  const [, ...parts] = text.split(/^=== /m);
  return parts.map((part) => {
    const [head = "", ...lines] = part.split("\n");
    const [, title = "", what, exitCode, expected = ""] =
      /^(.*): (install|run build), exit code (\d+) => (.*)$/.exec(head) ?? [];
    return { title, isInstall: what === "install", exitCode: Number(exitCode), expected, output: lines.join("\n") };
  });
}

const managers: readonly ManagerName[] = ["npm", "yarn", "pnpm", "bun"];
const samples = managers.flatMap((manager) => samplesOf(manager).map((sample) => ({ manager, ...sample })));

test.for(samples)(
  "the error explains the output of a failed run: $title",
  ({ manager, isInstall, exitCode, output, expected }) => {
    const end = { exitCode, output };
    const error = isInstall ? installFailure(manager, end) : scriptFailure(manager, "build", end);
    expect(`${error.code}: ${error.message}`).toBe(expected);
    expect(error.cause).toMatch(new RegExp(`^the tool ended with exit code ${exitCode}`));
  },
);
