import { describe, expect, test } from "vitest";
import { type Buildpack, defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { writeFileMap } from "../host/files/tree.ts";
import { launchLayer } from "../layer/definition.ts";
import { string, table } from "../spec/schemas/schema.ts";
import { build, type RebuildFixture, rebuild } from "./index.ts";

/** Leaves such files in its layers directory and says what it found there. */
const leaves = (files: Readonly<Record<string, string>>): Buildpack =>
  defineBuildpack({
    detect: () => pass(),
    // written behind the framework's back: it would not keep layers that nobody provides
    build: async ({ layers }) => {
      await writeFileMap(layers.dir, files);
    },
  });

const toml = (types: string, metadata = `v = "1"`) =>
  `[types]\n${types
    .split("+")
    .map((type) => `${type} = true`)
    .join("\n")}\n[metadata]\n${metadata}\n`;

const layer = (types: string, contents = "1") => ({
  "x.toml": toml(types),
  "x/file": contents,
  "x.sbom.cdx.json": "{}",
});

async function found(files: Readonly<Record<string, string>>, given: RebuildFixture = {}): Promise<readonly string[]> {
  const seen: Record<string, string[]> = {};
  const look = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      const { readFileMap } = await import("../host/files/tree.ts");
      seen.files = Object.keys(await readFileMap(layers.dir));
    },
  });
  await rebuild(look, await build(leaves(files)), given);
  return seen.files ?? [];
}

const all = ["x.sbom.cdx.json", "x.toml", "x/file"];
const metadata = ["x.sbom.cdx.json", "x.toml"];

describe("a rebuild in a test", () => {
  test.for<[name: string, types: string, RebuildFixture, readonly string[]]>([
    ["all files of a layer of type cache", "cache", {}, all],
    ["all files of a layer of type cache+build", "cache+build", {}, all],
    ["all files of a layer of type cache+launch", "cache+launch", {}, all],
    ["all files of a layer of type cache+build+launch", "cache+build+launch", {}, all],
    ["only the metadata of a layer of type launch", "launch", {}, metadata],
    ["nothing of a layer of type build", "build", {}, []],
    ["nothing of a layer of type build+launch", "build+launch", {}, []],
    ["nothing of a layer of type launch without the image", "launch", { image: "lost" }, []],
    ["only the metadata of a layer of type launch without the cache", "launch", { cache: "lost" }, metadata],
    ["all files of a layer of type cache without the image", "cache", { image: "lost" }, all],
    ["nothing of a layer of type cache without the cache", "cache", { cache: "lost" }, []],
    ["nothing of a layer of type cache+launch without the cache", "cache+launch", { cache: "lost" }, []],
    ["all files of a layer of type cache+launch without the image", "cache+launch", { image: "lost" }, all], // since Platform API 0.14
    [
      "nothing of a layer of type cache+launch without image and cache",
      "cache+launch",
      { image: "lost", cache: "lost" },
      [],
    ],
  ])("restores %s", async ([, types, given, expected]) => {
    expect(await found(layer(types), given)).toEqual(expected);
  });

  test("does not restore a launch layer if the cached contents come from another build", async () => {
    const other = await build(leaves(layer("cache+launch", "2")));
    // the restorer takes back the metadata that it wrote, not the directory, and into that SBOM files come
    expect(await found(layer("cache+launch"), { cache: other })).toEqual(["x.sbom.cdx.json"]);
    expect(await found(layer("cache"), { cache: other })).toEqual(all);
    const same = await build(leaves(layer("cache+launch")));
    expect(await found(layer("cache+launch"), { cache: same })).toEqual(all);
  });

  test("restores the store while the image exists", async () => {
    const files = { "store.toml": "[metadata]\na = 1\n", "launch.toml": "[[labels]]\nkey = 'a'\nvalue = 'b'\n" };
    expect([await found(files), await found(files, { cache: "lost" }), await found(files, { image: "lost" })]).toEqual([
      ["store.toml"],
      ["store.toml"],
      [],
    ]);
  });

  test("restores layers of an older version of the buildpack, but not of another buildpack", async () => {
    expect(await found(layer("cache"), { buildpack: { version: "2.0.0" } })).toEqual(all);
    expect(await found(layer("cache"), { buildpack: { id: "test/other" } })).toEqual([]);
  });
});

test("restored metadata is converted through JSON, with integers as floats, dates as strings, sorted keys and without types", async () => {
  const before = toml(
    "cache",
    `z = 1\ndate = 2027-05-01\nbig = 9007199254740993\nlist = [1, 2]\n[metadata.t]\nf = 1.5`,
  );
  const restored: string[] = [];
  const look = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      const { readFile } = await import("node:fs/promises");
      restored.push(await readFile(`${layers.dir}/x.toml`, "utf8"));
    },
  });
  await rebuild(look, await build(leaves({ "x.toml": before, "x/file": "" })));
  expect(restored).toEqual([
    `[metadata]
big = 9007199254740992.0
date = "2027-05-01"
list = [ 1.0, 2.0 ]
z = 1.0

[metadata.t]
f = 1.5
`,
  ]);
});

test.for<[string, Readonly<Record<string, string>>, string]>([
  [
    "if it is a layer of type launch+cache without contents",
    { "x.toml": toml("launch+cache") },
    "layer x is cache=true but has no contents",
  ],
  [
    "if it is a launch layer without contents that is not in the previous image",
    { "x.toml": toml("launch") },
    "layer x has no directory, and the previous image has no layer with this name to reuse",
  ],
])("exporting a layer fails %s", async ([, files, why]) => {
  const buildpack = leaves(files);
  await expect(rebuild(buildpack, await build(buildpack))).rejects.toMatchObject({
    code: "TEST_UNBUILDABLE",
    message: `the lifecycle would not export this build: ${why}`,
  });
});

test("a third build reuses the launch layer of the first build", async () => {
  const agent = launchLayer("agent", { metadata: table({ version: string }) });
  const states: string[] = [];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      const create = ({ path }: { readonly path: string }) => writeFileMap(path, { file: "1" });
      states.push((await layers.provide(agent, { metadata: { version: "1" }, create })).state);
    },
  });
  const second = await rebuild(buildpack, await build(buildpack));
  await rebuild(buildpack, second);
  await rebuild(buildpack, second, { image: "lost" });
  expect([states, Object.keys(second.layers)]).toEqual([["created", "reused", "reused", "created"], ["agent.toml"]]);
});

test("the app of a rebuild is unchanged unless the test gives another app", async () => {
  const shows = defineBuildpack({
    detect: () => pass(),
    build: async ({ app, log, env }) => void log.info(`${await app.readText("a")} ${env.BP_X}`),
  });
  const first = await build(shows, { app: { a: "1" }, env: { BP_X: "x" } });
  expect([
    (await rebuild(shows, first)).log,
    (await rebuild(shows, first, { app: { a: "2" } })).log,
    (await rebuild(shows, first, { env: { BP_X: "y" } })).log,
  ]).toEqual([["1 x"], ["2 x"], ["1 y"]]);
});

test("rebuild() accepts only a result that build() or rebuild() returned", async () => {
  const outcome = await build(leaves({}));
  await expect(rebuild(leaves({}), { ...outcome, parsed: outcome.parsed })).rejects.toThrow(
    "rebuild() needs the object that build() or rebuild() returned, not a copy of it",
  );
});
