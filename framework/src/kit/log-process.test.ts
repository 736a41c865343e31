import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { build } from "../testing/index.ts";
import { type LoggedProcess, logProcess } from "./log-process.ts";

test.for<[string, LoggedProcess, readonly string[]]>([
  [
    "the process web with its command and source",
    { type: "web", line: "serve $PORT", source: "web in Procfile" },
    ['Starting the app with "serve $PORT"', "Chosen because of web in Procfile"],
  ],
  [
    "another process with its environment variables, secrets hidden",
    { type: "worker", line: "work", source: "x", env: { A: "1", API_TOKEN: "s3cret" }, otherwise: "set B" },
    ['Process worker: "work"', "Chosen because of x; environment: A=1, API_TOKEN=***; set B"],
  ],
])("the log names %s", async ([, reported, expected]) => {
  const buildpack = defineBuildpack({ detect: () => pass(), build: ({ log }) => logProcess(reported, log) });
  expect((await build(buildpack)).log).toEqual(expected);
});
