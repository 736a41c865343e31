import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { buildImage } from "@libcnb/packager/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, appFolder } from "../../support/apps/app.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { engineBuildpacks, engineWorld } from "../../support/both-engines/engine-builder.ts";
import { referenceWorld } from "../reference/reference-world.ts";
import { utilitiesCases } from "../reference/utilities-cases.ts";

/** Builders whose buildpacks differ in their runtime only. */
let small: AppWorld & AsyncDisposable;
let node: AppWorld & AsyncDisposable;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "engine-builder-"));
  small = await engineWorld("small");
  node = await engineWorld("node");
}, 900_000);
afterAll(async () => {
  await small?.[Symbol.asyncDispose]();
  await node?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

async function filesIn(builder: string): Promise<readonly string[]> {
  const rootfs = await mkdtemp(join(dir, "rootfs-"));
  const image = oci.imageFor(await oci.read(oci.parseImageReference(builder)));
  await oci.extract(image, rootfs, { ownership: "ignore" });
  return (await readdir(rootfs, { recursive: true })).map((path) => `/${path}`);
}

const enginesIn = (files: readonly string[]) =>
  files.filter((path) => path.startsWith("/cnb/buildpacks/libcnb_") && path.endsWith("/bin/engine"));

/** Node.js itself, and the programs that run on it. */
const nodeIn = (files: readonly string[]) => files.filter((path) => /\/(node|nodejs|main|main\.cjs)$/.test(path));

test("a builder of buildpacks that are packaged for the small JavaScript engine contains this engine, but no Node.js", async () => {
  const files = await filesIn(small.builder);
  expect(enginesIn(files).length).toBe(engineBuildpacks.length);
  expect(nodeIn(files)).toEqual([]);
});

test("all buildpacks of the reference builder run on the small JavaScript engine, without Node.js", async () => {
  const { builder } = await referenceWorld();
  const files = await filesIn(builder);
  expect(enginesIn(files).length).toBeGreaterThan(engineBuildpacks.length);
  expect(nodeIn(files).filter((path) => path.includes("/bin/") && path.startsWith("/cnb/buildpacks/"))).toEqual([]);
});

const classes = {
  "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nMain-Class: com.example.Main\n",
  "com/example/Main.class": "",
};

const apps: readonly (readonly [string, App, (Readonly<Record<string, string>> | undefined)?])[] = [
  ...utilitiesCases.map(({ name, app, env }) => [name, app, env] as const),
  ["a Node.js app", { files: { "package.json": `{"scripts":{"start":"node server.js"}}`, "server.js": "" } }],
  ["a Node.js app with labels and variables", { files: { "server.js": "" } }, { BP_OCI_TITLE: "Shop", BPE_A: "b" }],
  ["a Python app", { files: { "main.py": "print(1)\n" } }],
  [
    "a Python app with a Procfile",
    { files: { "main.py": "", Procfile: "web: python main.py\nworker: python -m x\n" } },
  ],
  ["an unpacked Java app", { files: classes }],
];

test.for(apps)(
  "%s: the image and the log of the build are equal on the small JavaScript engine and on Node.js",
  async ([, app, env]) => {
    const folder = await appFolder(app);
    const built = async (world: AppWorld) => {
      await using image = await buildImage({ ...world, app: folder, env: { ...world.env, ...env } });
      const layers = image.report.layers.map(({ name, diffId }) => `${diffId} ${name}`);
      const end = image.log.findIndex((line) => line.includes("Exporting"));
      return { digest: image.report.manifestDigest, layers, log: image.log.slice(0, end) };
    };
    const onNode = await built(node);
    expect(onNode.log.length).toBeGreaterThan(5);
    expect(await built(small)).toEqual(onNode);
  },
);
