import { expect, test } from "vitest";
import { mergedChanges, type Source, workFor } from "./concerns.ts";

const app: Source = { kind: "app", dir: "/app" };
const buildpack: Source = { kind: "buildpack", dir: "/bp" };
const other: Source = { kind: "other", dir: "/lib" };

test.each([
  [
    "builds after a change of a source of the app",
    app,
    "src/server.js",
    { builds: true, showsLog: false, relocates: false, tests: 0 },
  ],
  [
    "builds after a change of a test of the app",
    app,
    "test/server.test.js",
    { builds: true, showsLog: false, relocates: false, tests: 0 },
  ],
  [
    "builds and reads the list of buildpacks again after a change of the project descriptor",
    app,
    "project.toml",
    { builds: true, showsLog: false, relocates: true, tests: 0 },
  ],
  [
    "builds, shows the log and runs tests after a change of a source of a buildpack",
    buildpack,
    "src/build.ts",
    { builds: true, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "builds, shows the log and runs tests after a change of the buildpack descriptor",
    buildpack,
    "buildpack.toml",
    { builds: true, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "builds, runs tests and reads the list of buildpacks again after a change of a composite buildpack's package.toml",
    buildpack,
    "package.toml",
    { builds: true, showsLog: true, relocates: true, tests: 1 },
  ],
  [
    "runs tests without a build after a change of a test of a buildpack",
    buildpack,
    "src/build.test.ts",
    { builds: false, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "runs tests without a build after a change of a fixture of a buildpack's test",
    buildpack,
    "test/app/server.js",
    { builds: false, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "runs tests without a build after a change of the configuration of a buildpack's tests",
    buildpack,
    "vitest.config.ts",
    { builds: false, showsLog: true, relocates: false, tests: 1 },
  ],
  [
    "builds and shows the log after a change of a file in an additional watched directory",
    other,
    "src/a.test.ts",
    { builds: true, showsLog: true, relocates: false, tests: 0 },
  ],
])("cnb dev %s", (_, source, path, { tests, ...expected }) => {
  const { tested, ...work } = workFor([{ source, paths: [path] }]);
  expect(work).toEqual(expected);
  expect(tested).toHaveLength(tests);
});

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
