// @needs processes

import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { UserError } from "../errors.ts";
import { build } from "../testing/index.ts";
import { runExplained } from "./run-explained.ts";
import type { ToolEnd } from "./tool-end.ts";

/** A build that runs a tool; its end becomes the error's cause. */
const running = (...command: readonly [string, ...string[]]) =>
  build(
    defineBuildpack({
      detect: () => pass(),
      async build({ run }) {
        const explain = (end: ToolEnd) => new UserError("EXPLAINED", "explained", { cause: end });
        await runExplained(run, { command: [...command], options: {} }, explain);
      },
    }),
    { env: { PATH: process.env["PATH"] ?? "" } },
  );

test.for<[string, string, ToolEnd]>([
  ["an exit code", "echo out; exit 3", { exitCode: 3, tool: "sh", output: "out" }],
  ["an exit code after output to stderr", "echo err >&2; exit 1", { exitCode: 1, tool: "sh", output: "err" }],
  ["a signal", "echo out; kill -TERM $$", { exitCode: undefined, signal: "SIGTERM", tool: "sh", output: "out" }],
])("the failure of a tool that ends with %s is explained", async ([, script, end]) => {
  await expect(running("sh", "-c", script)).rejects.toMatchObject({ code: "EXPLAINED", cause: end });
});

test("the output that explains a tool's failure has no secrets", async () => {
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ run }) {
      const command = ["sh", "-c", "echo my t0ken; exit 1"] as const;
      const explain = ({ output }: ToolEnd) => new UserError("EXPLAINED", output);
      await runExplained(run, { command: [...command], options: { secrets: ["t0ken", ""] } }, explain);
    },
  });
  const env = { PATH: process.env["PATH"] ?? "" };
  await expect(build(buildpack, { env })).rejects.toMatchObject({ message: "my ***" });
});

test("only the end of a long output of a failed tool is kept for the explanation", async () => {
  const error = await running("sh", "-c", "seq 1 9000; exit 1").catch(({ cause }: UserError) => cause);
  const lines = (error as ToolEnd).output.split("\n");
  expect([lines.at(-1), lines.length >= 2_000, lines.length <= 4_000]).toEqual(["9000", true, true]);
});

test("the output of a successful tool is logged", async () => {
  expect((await running("echo", "done")).log).toEqual(["$ echo done", "done"]);
});

test("a missing tool causes an error of the framework rather than an explained error", async () => {
  await expect(running("no-such-tool")).rejects.toMatchObject({ code: "TOOL_NOT_FOUND" });
});
