import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildImage } from "@libcnb/packager/testing";
import { beforeAll, expect, test } from "vitest";
import { appFolder } from "../support/app.ts";
import { type AppCase, type AppWorld, expectLife } from "../support/app-cases.ts";
import { cnbSucceeds, root } from "../support/cnb.ts";
import { locks, packageJson, server, slices } from "../support/node-apps.ts";
import { nodeWorld } from "../support/node-world.ts";
import { referenceWorld } from "./reference-world.ts";

/** Packages with native code, compiled by node-gyp, which is a program in Python: the build image of the reference builder has the compiler alone. */
let plain: AppWorld;
let world: AppWorld;
beforeAll(async () => {
  plain = await nodeWorld();
  world = { ...plain, builder: await compilingBuilder() };
}, 900_000);

async function compilingBuilder(): Promise<string> {
  const { dir, builder } = await referenceWorld();
  const base = await readFile(join(root, "buildpacks/base.toml"), "utf8");
  const file = (name: string) => join(dir, name);
  await writeFile(file("native-base.toml"), base.replace(`"xz-utils",`, `"xz-utils", "python3",`));
  await cnbSucceeds(["base", "create", `oci:${file("native")}`, "--config", file("native-base.toml")]);
  const config = await readFile(file("builder.toml"), "utf8");
  await writeFile(
    file("native-builder.toml"),
    config.replace("base-build", "native-build").replace("base-run", "native-run"),
  );
  await cnbSucceeds(["builder", "create", `${builder}-native`, "--config", file("native-builder.toml")]);
  return `${builder}-native`;
}

const files = (dependencies: object) => ({
  "package.json": packageJson({ scripts: { start: "node server.js" }, dependencies }),
  "server.js": server(`{ socket: typeof require("unix-dgram").createSocket, abi: process.versions.modules }`),
});
const app = { files: files({ "unix-dgram": "2.0.6" }), commands: [locks.npm] };

const cases: readonly AppCase[] = [
  {
    ...{ name: "npm", app, says: ["Packages for launch"] },
    answers: { "/": { socket: "function", abi: "137" } },
    changed: {
      files: { "server.js": server(`typeof require("unix-dgram").createSocket`) },
      ...{ answers: { "/": "function" }, moved: [slices.code] },
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
    ...{ says: ["Packages for launch"], answers: { "/": { socket: "function", abi: "137" } } },
  },
  {
    name: "Yarn 1",
    app: { files: files({ "unix-dgram": "2.0.6" }), commands: [locks.yarn], without: ["node_modules"] },
    ...{ says: ["Packages for launch"], answers: { "/": { socket: "function", abi: "137" } } },
  },
];

test.for(cases)("native code: $name", (one) => expectLife(one, world));

test("native code is compiled again for another Node.js, and equal twice", async () => {
  const folder = await appFolder(app);
  await using first = await buildImage({ ...world, app: folder });
  await using second = await buildImage({ ...world, app: folder });
  expect(second.report.manifestDigest).toBe(first.report.manifestDigest);
  await using other = await first.rebuild({ env: { ...world.env, BP_NODE_VERSION: "22" } });
  expect(other.log.some((line) => line.startsWith("Installing dependencies"))).toBe(true);
  expect(await other.rebuild()).toMatchObject({ report: { manifestDigest: other.report.manifestDigest } });
});

test("native code without what compiles it is told", async () => {
  const build = buildImage({ ...plain, app: await appFolder(app) });
  await expect(build).rejects.toMatchObject({ log: expect.arrayContaining([expect.stringMatching(/NATIVE_/)]) });
});
