import { resolve } from "node:path";
import { build, detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodeStart from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
const names =
  "server.js, server.cjs, server.mjs, app.js, app.cjs, app.mjs, main.js, main.cjs, main.mjs, index.js, index.cjs, index.mjs";

describe("detect", () => {
  test.for<[string, FileMap, Readonly<Record<string, string>>]>([
    ["a start script", { "package.json": '{"scripts":{"start":"node ."}}' }, {}],
    [
      "a main that the build script will make",
      { "package.json": '{"main":"dist/x.js","scripts":{"build":"tsc"}}' },
      {},
    ],
    ["a conventional file without package.json", { "server.mjs": "" }, {}],
    ["BP_LAUNCHPOINT", { "README.md": "" }, { BP_LAUNCHPOINT: "bin/www" }],
  ])("passes with %s", async ([, app, env]) => {
    expect(await detect(nodeStart, { buildpack, app, env })).toMatchObject({
      outcome: "pass",
      plan: [{ provides: [], requires: [{ name: "node", metadata: { launch: true } }] }],
    });
  });

  test.for<[string, FileMap, string]>([
    [
      "an app without package.json",
      { "README.md": "" },
      `nothing to start: the app has no package.json, and there is none of ${names}. Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.`,
    ],
    [
      "a package.json that names nothing that exists",
      { "package.json": '{"main":"index.js"}' },
      `nothing to start: package.json has no scripts.start and no main that exists, and there is none of ${names}. Add a "start" script to package.json, or set BP_LAUNCHPOINT to the file that node shall run.`,
    ],
  ])("fails for %s", async ([, app, reason]) => {
    expect(await detect(nodeStart, { buildpack, app })).toMatchObject({ outcome: "fail", reason });
  });

  test("is an error for a package.json that is not JSON", async () => {
    await expect(detect(nodeStart, { buildpack, app: { "package.json": "{" } })).rejects.toMatchObject({
      code: "APP_FILE_INVALID",
    });
  });

  test("is an error for a package.json of another form", async () => {
    const app = { "package.json": '{"scripts":"node .","main":1}' };
    await expect(detect(nodeStart, { buildpack, app })).rejects.toMatchObject({
      code: "PACKAGE_JSON_INVALID",
      message: "package.json does not have the form that npm demands",
      cause: 'scripts: expected a table, got "node ."; main: expected a string, got 1',
      hint: "Correct package.json.",
    });
  });
});

describe("build", () => {
  test("declares the default process web and says why", async () => {
    const app = { "package.json": '{"scripts":{"start":"node dist/server.js"}}', "dist/server.js": "" };
    const { log, layers } = await build(nodeStart, { buildpack, app });
    expect(log).toEqual([
      'Starting the app with "node dist/server.js"',
      "Chosen because of scripts.start in package.json; set BP_LAUNCHPOINT to a file of the app for another one",
    ]);
    expect(layers).toEqual({
      "launch.toml": '[[processes]]\ntype = "web"\ncommand = [ "node", "dist/server.js" ]\ndefault = true\n',
    });
  });

  test("warns of a start script whose file is not there", async () => {
    const app = { "package.json": '{"scripts":{"start":"node dist/server.js"}}' };
    const { log, result } = await build(nodeStart, { buildpack, app });
    expect(log[0]).toBe(
      "scripts.start in package.json starts dist/server.js, which does not exist after the build. Check the path, and that the build script writes the file.",
    );
    expect(result.processes?.web?.command).toEqual(["node", "dist/server.js"]);
  });

  test("accepts a file name that node completes", async () => {
    const app = { "package.json": '{"scripts":{"start":"node dist"}}', "dist/index.js": "" };
    expect((await build(nodeStart, { buildpack, app })).log).toHaveLength(2);
  });

  test("refuses a BP_LAUNCHPOINT that is not there", async () => {
    await expect(build(nodeStart, { buildpack, env: { BP_LAUNCHPOINT: "bin/www" } })).rejects.toMatchObject({
      code: "NODE_LAUNCHPOINT_MISSING",
      message: "BP_LAUNCHPOINT starts bin/www, which does not exist after the build",
      hint: "Set BP_LAUNCHPOINT to a path relative to the app, and check that the build script writes the file.",
    });
  });

  test("refuses an app whose build script did not make what was expected", async () => {
    const app = { "package.json": '{"main":"dist/x.js","scripts":{"build":"tsc"}}' };
    await expect(build(nodeStart, { buildpack, app })).rejects.toMatchObject({
      code: "NODE_START_MISSING",
      hint: "Check that the build script writes the file.",
    });
  });
});
