import { expect, test } from "vitest";
import type { Process } from "../../build.ts";
import { execEnvNotes } from "./process-exec-env.ts";

const process = (...execEnv: readonly string[]): Process => ({ command: ["x"], execEnv });

test.for<[string, Record<string, Process>, string, readonly string[]]>([
  ["no restriction", { web: { command: ["x"] }, all: process("*", "test"), none: process() }, "0.10", []],
  ["one for production", { web: process("production") }, "0.12", []],
  ["one for tests beside one for all", { web: { command: ["x"] }, test: process("test") }, "0.12", []],
  [
    "X22 none for production",
    { test: process("test"), lint: process("ci") },
    "0.12",
    ["no process is for production: the image starts with CNB_EXEC_ENV=test in the container's environment only"],
  ],
  [
    "a restriction under an API that does not know it",
    { web: process("production"), test: process("test") },
    "0.11",
    [
      'execEnv of the process "web", "test" needs Buildpack API 0.12; buildpack.toml says 0.11, with which platforms may start it anywhere',
    ],
  ],
])("60 execEnv of processes: %s", ([, processes, api, notes]) => {
  expect(execEnvNotes(processes, api)).toEqual(notes);
});

test.for(["", "a/b"])("60 %j is not an execution environment", (name) => {
  expect(() => execEnvNotes({ web: process("test", name) }, "0.12")).toThrow(
    expect.objectContaining({
      code: "BUILD_RESULT_INVALID",
      message: `execEnv of the process "web" has ${JSON.stringify(name)}, which is not a name of an execution environment`,
    }),
  );
});
