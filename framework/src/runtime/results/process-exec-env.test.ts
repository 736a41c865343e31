import { expect, test } from "vitest";
import type { Process } from "../../build.ts";
import { execEnvNotes } from "./process-exec-env.ts";

const process = (...execEnv: readonly string[]): Process => ({ command: ["x"], execEnv });

test.for<[string, Record<string, Process>, string, readonly string[]]>([
  [
    "a process without execEnv causes no warning",
    { web: { command: ["x"] }, all: process("*", "test"), none: process() },
    "0.10",
    [],
  ],
  ["a process whose execEnv is production causes no warning", { web: process("production") }, "0.12", []],
  [
    "a process whose execEnv is test causes no warning if another process is for all environments",
    { web: { command: ["x"] }, test: process("test") },
    "0.12",
    [],
  ],
  [
    "a build result causes a warning if the execEnv of each process excludes production",
    { test: process("test"), lint: process("ci") },
    "0.12",
    [
      "no process has the execution environment production: the image starts a process only if the container's environment has CNB_EXEC_ENV=test",
    ],
  ],
  [
    "a process with execEnv causes a warning if the Buildpack API does not support execEnv",
    { web: process("production"), test: process("test") },
    "0.11",
    [
      'execEnv of the processes "web", "test" needs Buildpack API 0.12. buildpack.toml declares 0.11, with which platforms may ignore execEnv',
    ],
  ],
])("%s", ([, processes, api, notes]) => {
  expect(execEnvNotes(processes, api)).toEqual(notes);
});

test.for(["", "a/b"])("%j is refused as an execution environment", (name) => {
  expect(() => execEnvNotes({ web: process("test", name) }, "0.12")).toThrow(
    expect.objectContaining({
      code: "BUILD_RESULT_INVALID",
      message: `execEnv of the process "web" has ${JSON.stringify(name)}, which is not a valid name of an execution environment`,
    }),
  );
});
