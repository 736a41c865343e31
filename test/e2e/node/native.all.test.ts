import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildImage } from "@libcnb/packager/testing";
import { beforeAll, expect, test } from "vitest";
import { appFolder } from "../../support/apps/app.ts";
import { type AppCase, type AppWorld, expectLife } from "../../support/apps/app-cases.ts";
import { cnbSucceeds, root } from "../../support/cnb.ts";
import { locks, packageJson, server, slices } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";
import { referenceWorld } from "../reference/reference-world.ts";

/** Packages with native code, compiled by node-gyp, a program in Python, with the compiler of the build image. */
let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
}, 900_000);

/** The reference builder on a base without Python. */
async function builderWithoutPython(): Promise<string> {
  const { dir, builder } = await referenceWorld();
  const base = await readFile(join(root, "buildpacks/base.toml"), "utf8");
  const file = (name: string) => join(dir, name);
  await writeFile(file("bare-base.toml"), base.replace(/^ {2}"python3.*$/gm, ""));
  await cnbSucceeds(["base", "create", `oci:${file("bare")}`, "--config", file("bare-base.toml")]);
  const config = await readFile(file("builder.toml"), "utf8");
  await writeFile(
    file("bare-builder.toml"),
    config.replace("base-build", "bare-build").replace("base-run", "bare-run"),
  );
  await cnbSucceeds(["builder", "create", `${builder}-bare`, "--config", file("bare-builder.toml")]);
  return `${builder}-bare`;
}

const files = (dependencies: object) => ({
  "package.json": packageJson({ scripts: { start: "node server.js" }, dependencies }),
  "server.js": server(`{ socket: typeof require("unix-dgram").createSocket, abi: process.versions.modules }`),
});
const app = { files: files({ "unix-dgram": "2.0.6" }), commands: [locks.npm] };

const cases: readonly AppCase[] = [
  {
    name: "a library of the run image",
    app: {
      files: {
        "package.json": packageJson({ scripts: { start: "node server.js" }, dependencies: { "pg-native": "3.9.0" } }),
        "server.js": server(`typeof require("pg-native")`),
      },
      commands: [locks.npm],
    },
    says: ["Packages in the image"],
    answers: { "/": "function" },
  },
  {
    name: "npm",
    app,
    says: ["Packages in the image"],
    answers: { "/": { socket: "function", abi: "137" } },
    changed: {
      files: { "server.js": server(`typeof require("unix-dgram").createSocket`) },
      answers: { "/": "function" },
      moved: [slices.code],
    },
  },
  {
    name: "pnpm",
    app: {
      files: {
        ...files({ "unix-dgram": "2.0.6" }),
        "pnpm-workspace.yaml": "packages: []\nonlyBuiltDependencies: [unix-dgram]\n",
      },
      commands: [locks.pnpm],
    },
    says: ["Packages in the image"],
    answers: { "/": { socket: "function", abi: "137" } },
  },
  {
    name: "Yarn 1",
    app: { files: files({ "unix-dgram": "2.0.6" }), commands: [locks.yarn], without: ["node_modules"] },
    says: ["Packages in the image"],
    answers: { "/": { socket: "function", abi: "137" } },
  },
];

test.for(cases)(
  "a Node.js app with native code and $name is built and starts, and a second build changes no layer",
  (one) => expectLife(one, world),
);

test("native code is compiled again reproducibly for another Node.js version", async () => {
  const folder = await appFolder(app);
  await using first = await buildImage({ ...world, app: folder });
  await using second = await buildImage({ ...world, app: folder });
  expect(second.report.manifestDigest).toBe(first.report.manifestDigest);
  await using other = await first.rebuild({ env: { ...world.env, BP_NODE_VERSION: "22" } });
  expect(other.log.some((line) => line.startsWith("Installing dependencies"))).toBe(true);
  expect(await other.rebuild()).toMatchObject({ report: { manifestDigest: other.report.manifestDigest } });
});

test("cnb build reports a missing compiler for native code", async () => {
  const build = buildImage({ ...world, builder: await builderWithoutPython(), app: await appFolder(app) });
  await expect(build).rejects.toMatchObject({
    log: expect.arrayContaining([expect.stringMatching(/NATIVE_PYTHON_MISSING/)]),
  });
});
