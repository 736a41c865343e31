import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { type LoggedProcess, logProcess } from "./log-process.ts";

test.for<[LoggedProcess, readonly string[]]>([
  [
    { type: "web", line: "serve $PORT", source: "web in Procfile" },
    ['Starting the app with "serve $PORT"', "Chosen because of web in Procfile"],
  ],
  [
    { type: "worker", line: "work", source: "x", env: { A: "1", API_TOKEN: "s3cret" }, otherwise: "set B" },
    ['Process worker: "work"', "Chosen because of x; with A=1, API_TOKEN=***; set B"],
  ],
])("the process %j is logged", async ([reported, expected]) => {
  const buildpack = defineBuildpack({ detect: () => pass(), build: ({ log }) => logProcess(reported, log) });
  expect((await build(buildpack)).log).toEqual(expected);
});
