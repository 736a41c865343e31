// @needs processes
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readInventory } from "libcnb/standalone";
import { type BuildOutcome, build, buildFailure, type FileMap, tarball, unchecked } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import frontEnd from "./buildpack.ts";

// Node.js and npm are those of this machine, behind scripts that call them.

const buildpack = resolve(import.meta.dirname, "..");
const npmCli = realpathSync(execFileSync("which", ["npm"], { encoding: "utf8" }).trim());
const npmVersion = JSON.parse(readFileSync(join(dirname(npmCli), "../package.json"), "utf8")).version;
const script = (name: string) => ({
  contents: `#!/usr/bin/env node\nrequire(${JSON.stringify(name)});\n`,
  mode: 0o755,
});
const npmDir = "node/lib/node_modules/npm";
const node = unchecked(
  await tarball({
    "node/bin/node": { contents: `#!/bin/sh\nexec ${process.execPath} "$@"\n`, mode: 0o755 },
    "node/LICENSE": "MIT",
    "node/include/node/node.h": "",
    [`${npmDir}/bin/npm-cli.js`]: script(npmCli),
    [`${npmDir}/bin/npx-cli.js`]: script(npmCli),
    [`${npmDir}/package.json`]: JSON.stringify({ version: npmVersion, license: "Artistic-2.0" }),
  }),
);
const yarn = unchecked(
  await tarball({ "package/bin/yarn.js": "", "package/package.json": '{ "bin": { "yarn": "bin/yarn.js" } }' }),
);

const { releases } = readInventory(readFileSync(join(buildpack, "buildpack.toml")), "buildpack.toml");
const registry = "https://registry.test";
const downloads = Object.fromEntries(
  releases.flatMap(({ id, uri }) => {
    if (id === "node") return [[uri, node]];
    return id === "yarn" ? [[uri.replace(/^npm:(.+)@(.+)$/, `${registry}/$1/-/$1-$2.tgz`), yarn]] : [];
  }),
);
const given = { buildpack, downloads, env: { NPM_CONFIG_REGISTRY: registry } };

const packageJson = (build: string) =>
  JSON.stringify({ name: "ui", scripts: { build }, dependencies: { ms: "file:ms" } });
const ui: FileMap = {
  "package.json": packageJson("node build.js"),
  "build.js":
    'require("node:fs").mkdirSync("static");\nrequire("node:fs").writeFileSync("static/main.js", require("ms"));\n',
  "ms/package.json": '{ "name": "ms", "version": "2.1.3" }',
  "ms/index.js": 'module.exports = "built";\n',
  "app.py": "",
};
const uiNames = ["app.py", "build.js", "ms", "package.json"];

const names = (files: FileMap, dir = ""): readonly string[] =>
  [
    ...new Set(
      Object.keys(files)
        .filter((path) => path.startsWith(dir))
        .map((path) => path.slice(dir.length).replace(/\/.*/, "")),
    ),
  ].toSorted();
const layerTypes = ({ layers }: BuildOutcome) =>
  names(layers)
    .filter((name) => name.endsWith(".toml") && !/^(launch|build|store)\.toml$/.test(name))
    .filter((name) => /^launch = true/m.test(String(layers[name])));

describe("the front end of an app", () => {
  let first: BuildOutcome;
  beforeAll(async () => {
    first = await build(frontEnd, { ...given, app: ui });
  });

  test("is built without leaving Node.js or node_modules in the image", () => {
    expect(names(first.app)).toEqual([...uiNames, "static"]);
    expect(first.app["static/main.js"]).toBe("built");
    expect(layerTypes(first)).toEqual([]);
    expect(Object.keys(first.result)).toEqual(["sbom"]);
  });

  test("is rebuilt with the cached Node.js and dependencies", async () => {
    const app = { ...ui, "build.js": `${ui["build.js"]}\n` };
    const second = await build(frontEnd, { ...given, app, layers: first.layers });
    expect(second.log).toContain("Reusing the dependencies of the last build: nothing that affects them has changed");
    expect(second.log.filter((line) => line.startsWith("Downloading"))).toEqual([]);
    expect(names(second.app)).toEqual(names(first.app));
  });

  test("keeps its runtime dependencies if the app's settings name node_modules", async () => {
    const app = { ...ui, "shop/settings.py": 'STATICFILES_DIRS = [BASE_DIR / "node_modules"]' };
    const outcome = await build(frontEnd, { ...given, app, layers: first.layers });
    expect(names(outcome.app, "node_modules/")).toEqual([".package-lock.json", "ms"]);
    expect(outcome.log).toContain("The launch dependencies stay in the image: shop/settings.py refers to node_modules");
  });

  test("causes an error if the build script fails, and the error names the variable that disables the build of the front end", async () => {
    const app = { ...ui, "package.json": packageJson("false") };
    expect(await buildFailure(frontEnd, { ...given, app, layers: first.layers })).toMatchObject({
      error: {
        code: "SCRIPT_FAILED",
        hint: expect.stringContaining("BP_FRONT_END=false builds the app without its front end."),
      },
    });
  });

  test("is built in its own subdirectory, and the log names front ends that are not built", async () => {
    const app = Object.fromEntries(Object.entries(ui).map(([path, text]) => [`frontend/${path}`, text]));
    const all = { ...app, "web/package.json": packageJson("false"), "app.py": "" };
    const outcome = await build(frontEnd, { ...given, app: all, layers: first.layers });
    expect(names(outcome.app, "frontend/")).toEqual([...uiNames, "static"]);
    expect(outcome.log).toContain(
      "The front end in web/package.json is not built. To build it instead, set BP_NODE_PROJECT_PATH=web.",
    );
  });
});

describe("front-end respects environment variables of node-engine and node-packages", () => {
  const manifest = { name: "ui", scripts: { build: "true" }, dependencies: {} };
  const app: FileMap = { "package.json": JSON.stringify(manifest), "app.py": "" };
  const all = { node: "node_modules/ms/package.json" };

  test.for<[string, FileMap, Readonly<Record<string, string>>, string]>([
    ["for the version of Node.js", app, { BP_NODE_VERSION: "22" }, "BP_NODE_VERSION requests 22"],
    ["for running the scripts in each build", app, { BP_NODE_ALWAYS_BUILD: "true" }, 'Running the script "build"'],
    [
      "for disabling SBOMs",
      app,
      { BP_DISABLE_SBOM: "true", BP_KEEP_NODE_BUILD_CACHE: "true" },
      'Running the script "build"',
    ],
    ["for the package manager", app, { BP_NODE_PACKAGE_MANAGER: "yarn@1" }, "BP_NODE_PACKAGE_MANAGER requests 1"],
    [
      "for keeping development dependencies",
      ui,
      { BP_NODE_KEEP_DEV_DEPENDENCIES: "true" },
      "node_modules stays in the image: BP_NODE_KEEP_DEV_DEPENDENCIES is true",
    ],
    [
      "for committed dependencies",
      { ...app, [all.node]: "{}" },
      { BP_NODE_VENDORED: "false" },
      "node_modules of the app is not used (BP_NODE_VENDORED is false)",
    ],
  ])("%s", async ([, files, env, line]) => {
    const outcome = await build(frontEnd, { ...given, app: files, env: { ...given.env, ...env } });
    expect(outcome.log.join("\n")).toContain(line);
  });

  test("for a mirror and for the npm registry as the source of Node.js", async () => {
    const mirror = { ...given.env, BP_NODE_MIRROR: "https://mirror.test/node" };
    expect(await buildFailure(frontEnd, { buildpack, app, env: mirror })).toMatchObject({
      error: { message: expect.stringContaining("https://mirror.test/node") },
    });
    const npm = { ...given.env, BP_NODE_DISTRIBUTION: "npm" };
    expect(await buildFailure(frontEnd, { buildpack, app, env: npm })).toMatchObject({
      error: { message: expect.stringContaining(registry) },
    });
  });

  test.for(["upstream", "inventory"])(
    "for releases that the inventory does not have, such as BP_NODE_RELEASES=%s",
    async (releases) => {
      const old = { BP_NODE_VERSION: "14", BP_NODE_RELEASES: releases, BP_NODE_MIRROR: "https://mirror.test/node" };
      const { error, log } = await buildFailure(frontEnd, { buildpack, app, env: { ...given.env, ...old } });
      expect(error).toMatchObject({ code: "VERSION_UNAVAILABLE" });
      expect(log.some((text) => text.includes("index.json"))).toBe(releases === "upstream");
    },
  );
});

test("BP_JAVA_INSTALL_NODE installs Node.js and the app's package manager, without building", async () => {
  const app = { "pom.xml": "<project/>", "package.json": packageJson("false"), "yarn.lock": "" };
  const outcome = await build(frontEnd, { ...given, app, env: { ...given.env, BP_JAVA_INSTALL_NODE: "true" } });
  expect(outcome.app).toEqual(app);
  expect(names(outcome.layers).filter((name) => !name.includes("."))).toEqual([
    "headers",
    "node",
    "npm",
    "package-manager",
  ]);
  expect(layerTypes(outcome)).toEqual([]);
});
