import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { recordingLogger } from "../logger/recording-logger.ts";
import { run } from "./command.ts";
import { lineReader } from "./lines.ts";
import { inheritedPath } from "./temporary-directory.ts";

const cwd = realpathSync(tmpdir());

function runner(env: Record<string, string> = {}) {
  const log = recordingLogger();
  return { log, run: run({ env: { ...inheritedPath(), ...env }, cwd, log }) };
}

test("a tool's output goes to the log line by line", async () => {
  const { log, run } = runner();
  expect(await run("sh", ["-c", "printf 'one\\ntwo\\n\\nlast'"])).toEqual({ exitCode: 0, stdout: "" });
  expect(log.lines).toEqual(["one", "two", "", "last"]);
});

test("captured output is given back; standard error goes to the log", async () => {
  const { log, run } = runner();
  expect(await run("sh", ["-c", "echo out; echo err >&2"], { output: "capture" })).toEqual({
    exitCode: 0,
    stdout: "out\n",
  });
  expect(log.lines).toEqual(["err"]);
});

test("a tool sees the environment that is given and nothing else", async () => {
  const { run } = runner({ A: "1", B: "2", PATH: "/usr/bin:/bin" });
  const { stdout } = await run("env", [], { output: "capture", env: { B: undefined, C: "3" } });
  expect(stdout.trim().split("\n").sort()).toEqual(["A=1", "C=3", "PATH=/usr/bin:/bin"]);
});

test("a tool runs in the given directory and reads the given input", async () => {
  const { run } = runner();
  expect((await run("sh", ["-c", "pwd; cat"], { output: "capture", cwd: "/", input: "typed" })).stdout).toBe(
    "/\ntyped",
  );
  expect((await run("pwd", [], { output: "capture" })).stdout).toBe(`${cwd}\n`);
});

test("a tool that does not read its input is no error", async () => {
  expect(await runner().run("true", [], { input: "x".repeat(1_000_000) })).toEqual({ exitCode: 0, stdout: "" });
});

describe("a tool that fails", () => {
  test("is told with its last lines", async () => {
    const { run } = runner();
    const error = await run("sh", ["-c", "for i in $(seq 30); do echo line $i; done; exit 3"]).catch(
      (thrown) => thrown,
    );
    const lines = Array.from({ length: 20 }, (_, index) => `    line ${index + 11}`);
    expect([error.code, error.message, error.cause]).toEqual([
      "TOOL_FAILED",
      "sh -c for i in $(seq 30); do echo line $i; done; exit 3 ended with exit code 3",
      ["its last lines were", ...lines].join("\n"),
    ]);
  });

  test("may end with an exit code that the caller expects", async () => {
    expect(await runner().run("sh", ["-c", "exit 3"], { allowedExitCodes: [3] })).toEqual({ exitCode: 3, stdout: "" });
  });

  test("by a signal says which", async () => {
    await expect(runner().run("sh", ["-c", "kill -TERM $$"])).rejects.toThrow(
      "sh -c kill -TERM $$ was ended by SIGTERM",
    );
  });

  test("because it does not exist says so", async () => {
    await expect(runner().run("no-such-tool")).rejects.toMatchObject({
      code: "TOOL_NOT_FOUND",
      message: "no-such-tool is not on the PATH",
    });
    await expect(runner().run("true", [], { cwd: "/no/such" })).rejects.toMatchObject({
      message: "true is not on the PATH, or the directory /no/such does not exist",
    });
  });

  test("because it is cancelled says so", async () => {
    const controller = new AbortController();
    const running = runner().run("sleep", ["60"], { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});

test.for<[string, readonly (string | Uint8Array)[], readonly string[]]>([
  ["lines in pieces", ["on", "e\ntw", "o\n"], ["one", "two"]],
  ["a character in pieces", [Uint8Array.of(0xc3), Uint8Array.of(0xbc, 0x0a)], ["ü"]],
  ["what a progress bar left", ["10%\r50%\r100%\n", "dos\r\n"], ["100%", "dos"]],
  ["a line without end", ["x".repeat(70_000), "y"], ["x".repeat(70_000), "y"]],
  ["nothing", [], []],
])("%s", ([, chunks, expected]) => {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  reader.end();
  expect(lines).toEqual(expected);
});
