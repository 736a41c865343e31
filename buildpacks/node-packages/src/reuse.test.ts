// @needs processes
import { resolve } from "node:path";
import { type BuildFixture, build, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import npmInstall from "./buildpack.ts";
import { steps } from "./test-machine.ts";

const buildpack = resolve(import.meta.dirname, "..");

// changes, adds, removes and replaces files, directories and links
const script = `
const fs = require("node:fs");
fs.mkdirSync("out/deep", { recursive: true });
fs.mkdirSync("out/empty");
fs.writeFileSync("out/deep/app.js", fs.readFileSync("src/app.txt"));
fs.writeFileSync("out/time", String(process.hrtime.bigint()));
fs.symlinkSync("deep/app.js", "out/link.js");
fs.appendFileSync("changed.txt", "more");
fs.rmSync("removed.txt", { force: true });
fs.rmSync("folder", { recursive: true });
fs.writeFileSync("folder", "now a file");
`;

const app: FileMap = {
  "package.json": '{"name":"app","scripts":{"build":"node make.cjs","other":"node make.cjs"}}',
  "package-lock.json": '{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app"}}}',
  "make.cjs": script,
  "src/app.txt": "app",
  "changed.txt": "text",
  "removed.txt": "removed",
  "folder/in/it.txt": "it",
};

const given: BuildFixture = { buildpack, app, env: { KEPT: "same" } };
const first = await build(npmInstall, given);

test("an unchanged app gets the files of the previous build, without those that the previous build removed", async () => {
  const second = await build(npmInstall, { ...given, layers: first.layers });
  expect(steps(second.log)[0]).toBe("Reusing the result of the last build: no file, variable or tool has changed");
  expect(second.app).toEqual(first.app); // with the time of the first build
  expect(Object.keys(second.app)).not.toContain("removed.txt");
  expect(second.app).toMatchObject({
    "changed.txt": "textmore",
    folder: "now a file",
    "out/link.js": "-> deep/app.js",
    "out/empty/": "",
  });
  const third = await build(npmInstall, { ...given, layers: second.layers });
  expect(third.app).toEqual(first.app);
});

const { "removed.txt": _, ...withoutFile } = app;

test("the result of a changed app is cached as well", async () => {
  const changed = { ...given, app: { ...app, "src/app.txt": "other" } };
  const second = await build(npmInstall, { ...changed, layers: first.layers });
  const third = await build(npmInstall, { ...changed, layers: second.layers });
  expect(third.app).toEqual(second.app);
  expect(third.app["out/deep/app.js"]).toBe("other");
});

test("a build with another Node.js version installs again", async () => {
  const layers = Object.fromEntries(
    Object.entries(first.layers).map(([path, entry]) => [
      path,
      path.endsWith(".toml") ? String(entry).replaceAll(/"v\d+\.\d+\.\d+"/g, '"v16.0.0"') : entry,
    ]),
  );
  const other = await build(npmInstall, { ...given, layers });
  expect(steps(other.log).slice(0, 2)).toEqual([
    `Rebuilding (node changed from "v16.0.0" to "${process.version}")`,
    `Installing dependencies (node changed from "v16.0.0" to "${process.version}")`,
  ]);
});

describe("the next build runs the build scripts again", () => {
  test.for<[string, Partial<BuildFixture>, string]>([
    ["a changed file", { app: { ...app, "src/app.txt": "other" } }, "src/app.txt changed"],
    ["a new file", { app: { ...app, "src/new.txt": "new" } }, "src/new.txt added"],
    ["a removed file", { app: withoutFile }, "removed.txt removed"],
    ["a new empty directory", { app: { ...app, "src/empty/": "" } }, "src/empty added"],
    ["a new file with a line break in its name", { app: { ...app, "a\nb": "" } }, '"a\\nb" added'],
    [
      "another lockfile",
      { app: { ...app, "package-lock.json": `${app["package-lock.json"]}\n` } },
      "package-lock.json changed",
    ],
    ["another package.json", { app: { ...app, "package.json": `${app["package.json"]}\n` } }, "package.json changed"],
    [
      "another value of an environment variable",
      { env: { KEPT: "other" } },
      "environment variables of the build changed",
    ],
    ["a new environment variable", { env: { KEPT: "same", NEW: "" } }, "environment variables of the build changed"],
    [
      "another script in BP_NODE_RUN_SCRIPTS",
      { env: { KEPT: "same", BP_NODE_RUN_SCRIPTS: "other" } },
      'scripts changed from "build" to "other", environment variables of the build changed',
    ],
    [
      "an environment variable of another buildpack",
      { inherited: { OF_ANOTHER: "1" } },
      "environment variables of the build changed",
    ],
    [
      "another architecture",
      { target: { os: "linux", arch: "arm64" } },
      'target changed from "linux amd64" to "linux arm64"',
    ],
    ["another execution environment", { execEnv: "test" }, 'environment changed from "production" to "test"'],
    [
      "BP_NODE_ALWAYS_BUILD=true",
      { env: { KEPT: "same", BP_NODE_ALWAYS_BUILD: "true" } },
      "cached layer was rejected: BP_NODE_ALWAYS_BUILD is set",
    ],
    [
      "a result with damaged contents",
      { layers: { ...first.layers, "result/files.bin": "damaged" } },
      "cached layer was rejected: damaged",
    ],
    [
      "a result with a damaged index",
      {
        layers: {
          ...first.layers,
          "result/files.json": String(first.layers["result/files.json"]).replace("out/deep", "out/peed"),
        },
      },
      "cached layer was rejected: damaged",
    ],
    [
      "a result without contents",
      {
        layers: {
          ...Object.fromEntries(Object.entries(first.layers).filter(([path]) => !path.startsWith("result/"))),
          // as restored: the harness takes a layer with types for one that a build left, of which nothing would come back
          "result.toml": String(first.layers["result.toml"]).replace(/\[types\][^[]*/, ""),
        },
      },
      "cached layer has no contents",
    ],
  ])("for %s", async ([, change, reason]) => {
    const changed = await build(npmInstall, { ...given, layers: first.layers, ...change });
    expect(steps(changed.log)[0]).toBe(`Rebuilding (${reason})`);
    expect(changed.log).toContainEqual(expect.stringMatching(/^Running the script "(build|other)"$/));
    expect(changed.app["out/time"]).not.toBe(first.app["out/time"]);
  });
});
