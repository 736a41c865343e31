// @needs processes
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import nodePackages from "../buildpack.ts";
import type { Package } from "../package-manager.ts";
import { machineEnv } from "../test-machine.ts";
import { packagesOf } from "./packages.ts";
import { pruneTo } from "./prune.ts";
import { readProject } from "./read.ts";
import { installedTree } from "./tree.ts";

/** The remaining files of an app, and its packages, after development packages are removed. */
async function pruned(files: FileMap, dir = "") {
  const found: Package[] = [];
  const pruner = defineBuildpack({
    detect: () => pass(),
    async build({ app, env }) {
      const source = { app, env, dirs: { root: "", dir }, toolVersion: "1.4.5", lockfile: undefined };
      const project = await readProject(source);
      found.push(...(await packagesOf(project, installedTree(project))));
      pruneTo(project, installedTree(project));
      return {};
    },
  });
  const { app } = await build(pruner, { app: files });
  const scopes = found.map(({ name, version, scope, role }) => `${name}@${version} ${role ?? scope}`);
  return { left: Object.keys(app).filter((path) => path.includes("node_modules")), scopes };
}

const manifest = (name: string, fields: object = {}) => JSON.stringify({ name, version: "1.0.0", ...fields });

const hoisted: FileMap = {
  "package.json": manifest("app", {
    dependencies: { a: "1" },
    devDependencies: { dev: "1" },
    optionalDependencies: { o: "1" },
  }),
  "node_modules/.bin/dev": "-> ../dev/cli.js",
  "node_modules/a/package.json": manifest("a", {
    dependencies: { b: "1" },
    peerDependencies: { peer: "1", types: "1" },
    peerDependenciesMeta: { types: { optional: true } },
  }),
  "node_modules/a/node_modules/b/package.json": manifest("b"),
  "node_modules/b/package.json": JSON.stringify({ name: "b", version: "2.0.0" }),
  "node_modules/peer/package.json": manifest("peer"),
  "node_modules/types/package.json": manifest("types"),
  "node_modules/dev/package.json": manifest("dev", { dependencies: { b: "2", "@s/x": "1" } }),
  "node_modules/dev/cli.js": "",
  "node_modules/@s/x/package.json": manifest("@s/x"),
  "node_modules/o/package.json": manifest("o"),
};

test("with the hoisted linker, pruning removes development packages", async () => {
  expect(await pruned(hoisted)).toEqual({
    left: [
      "node_modules/a/node_modules/b/package.json",
      "node_modules/a/package.json",
      "node_modules/o/package.json",
      "node_modules/peer/package.json",
    ],
    scopes: [
      "@s/x@1.0.0 development",
      "a@1.0.0 runtime",
      "app@1.0.0 app",
      "b@1.0.0 runtime",
      "b@2.0.0 development",
      "dev@1.0.0 development",
      "o@1.0.0 optional",
      "peer@1.0.0 runtime",
    ],
  });
});

const store = "node_modules/.bun";
const isolated: FileMap = {
  "package.json": manifest("root", { workspaces: ["packages/*"], devDependencies: { dev: "1" } }),
  "node_modules/dev": "-> .bun/dev@1.0.0/node_modules/dev",
  "packages/web/package.json": manifest("web", { dependencies: { lib: "workspace:*" } }),
  "packages/web/node_modules/lib": "-> ../../lib",
  "packages/lib/package.json": manifest("lib", { dependencies: { a: "1" } }),
  "packages/lib/node_modules/a": `-> ../../../${store}/a@1.0.0/node_modules/a`,
  "packages/other/package.json": manifest("other", { dependencies: { dev: "1" } }),
  "packages/other/node_modules/dev": `-> ../../../${store}/dev@1.0.0/node_modules/dev`,
  [`${store}/a@1.0.0/node_modules/a/package.json`]: manifest("a", { dependencies: { b: "1" } }),
  [`${store}/a@1.0.0/node_modules/b`]: "-> ../../b@1.0.0/node_modules/b",
  [`${store}/b@1.0.0/node_modules/b/package.json`]: manifest("b"),
  [`${store}/dev@1.0.0/node_modules/dev/package.json`]: manifest("dev"),
  [`${store}/node_modules/a`]: "-> ../a@1.0.0/node_modules/a",
  [`${store}/node_modules/dev`]: "-> ../dev@1.0.0/node_modules/dev",
};

test("with the isolated linker, pruning keeps packages that one workspace needs", async () => {
  expect((await pruned(isolated, "packages/web")).left).toEqual([
    `${store}/a@1.0.0/node_modules/a/package.json`,
    `${store}/a@1.0.0/node_modules/b`,
    `${store}/b@1.0.0/node_modules/b/package.json`,
    `${store}/node_modules/a`,
    "packages/lib/node_modules/a",
    "packages/web/node_modules/lib",
  ]);
});

if (process.env.LIBCNB_TEST_ALL === "1") {
  const buildpack = resolve(import.meta.dirname, "../..");
  test("Bun installs from a binary lockfile of older releases", async () => {
    const lockfile = await readFile(resolve(buildpack, "../../test/fixtures/lockfiles/bun.lockb"));
    const { app } = await build(nodePackages, {
      buildpack,
      app: {
        "package.json": manifest("app", { dependencies: { ms: "2.1.3" }, devDependencies: { "is-number": "7.0.0" } }),
        "bun.lockb": new Uint8Array(lockfile),
      },
      env: machineEnv,
      downloads: "real",
    });
    expect(Object.keys(app).filter((path) => path.endsWith("node_modules/ms/package.json"))).toHaveLength(1);
    expect(Object.keys(app).filter((path) => path.includes("is-number"))).toEqual([]);
  });
}
