import { expect, test } from "vitest";
import { mergedChanges, type Source, workFor } from "./concerns.ts";

const app: Source = { kind: "app", dir: "/app" };
const buildpack: Source = { kind: "buildpack", dir: "/bp" };
const other: Source = { kind: "other", dir: "/lib" };

test.each([
  ["a source of the app", app, "src/server.js", { builds: true, showsLog: false, relocates: false, tests: 0 }],
  ["a test of the app", app, "test/server.test.js", { builds: true, showsLog: false, relocates: false, tests: 0 }],
  ["the project descriptor", app, "project.toml", { builds: true, showsLog: false, relocates: true, tests: 0 }],
  ["a source of a buildpack", buildpack, "src/build.ts", { builds: true, showsLog: true, relocates: false, tests: 1 }],
  [
    "the buildpack descriptor",
    buildpack,
    "buildpack.toml",
    { builds: true, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "the package.toml of a composite buildpack",
    buildpack,
    "package.toml",
    { builds: true, showsLog: true, relocates: true, tests: 1 },
  ],
  [
    "a test of a buildpack",
    buildpack,
    "src/build.test.ts",
    { builds: false, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "a fixture of a buildpack's test",
    buildpack,
    "test/app/server.js",
    { builds: false, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "the configuration of a buildpack's tests",
    buildpack,
    "vitest.config.ts",
    { builds: false, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "a file in an additional watched directory",
    other,
    "src/a.test.ts",
    { builds: true, showsLog: true, relocates: false, tests: 0 },
  ],
])(
  "cnb dev decides whether to build or to run tests after a change of %s",
  (_, source, path, { tests, ...expected }) => {
    const { tested, ...work } = workFor([{ source, paths: [path] }]);
    expect(work).toEqual(expected);
    expect(tested).toHaveLength(tests);
  },
);

test("cnb dev rebuilds if a buildpack's source and test change together", () => {
  expect(workFor([{ source: buildpack, paths: ["src/build.test.ts", "src/build.ts"] }]).builds).toBe(true);
});

test("changes in the same directory are merged, and each path is listed once", () => {
  expect(
    mergedChanges(
      [{ source: buildpack, paths: ["a", "b"] }],
      [
        { source: buildpack, paths: ["b", "c"] },
        { source: app, paths: ["a"] },
      ],
    ),
  ).toEqual([
    { source: buildpack, paths: ["a", "b", "c"] },
    { source: app, paths: ["a"] },
  ]);
});
