// @needs docker-registry
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, emptyImage, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { type FaultProxy, startFaultProxy } from "../../support/registry/faults.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { buildApp, referenceWorld, sampleApp } from "../reference/reference-world.ts";

/** An app built by `cnb build`, built again after a change of its source, both in a registry that counts requests. */
let dir: string;
let registry: Registry;
let counting: FaultProxy;
let first: string;
let second: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "inspect-"));
  const world = await referenceWorld();
  registry = await startRegistry();
  counting = await startFaultProxy(registry.host);
  [first, second] = [`${counting.host}/shop:1`, `${counting.host}/shop:2`];
  const source = join(dir, "source");
  await cp(sampleApp, source, { recursive: true });
  await buildApp(world, `oci:${dir}/first`, source);
  await writeFile(join(source, "added.txt"), "new");
  await cp(join(dir, "first"), join(dir, "second"), { recursive: true });
  await buildApp(world, `oci:${dir}/second`, source);
  for (const [folder, name] of Object.entries({ first, second }))
    await oci.write(
      oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/${folder}`))),
      parseImageReference(name),
    );
}, 900_000);
afterAll(async () => {
  await counting?.stop();
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

const json = async (...args: string[]) =>
  JSON.parse((await cnbSucceeds(["inspect", ...args, "--output", "json"])).stdout);

/** The requests of a command to the registry, by kind. Layers are separate from the configuration. */
async function fetched(...args: string[]): Promise<{ manifests: number; configs: number; layers: number }> {
  const images = await Promise.all(
    [first, second].map((name) => oci.read(parseImageReference(name)).then((index) => oci.imageFor(index))),
  );
  const layers = new Set(images.flatMap((image) => image.layers.map(({ digest }) => digest)));
  counting.log.length = 0;
  await cnbSucceeds(["inspect", ...args]);
  const blobs = counting.log.flatMap((line) => /^GET .*\/blobs\/(sha256:\w+)/.exec(line)?.[1] ?? []);
  return {
    manifests: counting.log.filter((line) => /^GET .*\/manifests\//.test(line)).length,
    configs: blobs.filter((digest) => !layers.has(digest as never)).length,
    layers: blobs.filter((digest) => layers.has(digest as never)).length,
  };
}

describe("cnb inspect fetches from a registry", () => {
  test("only manifests and configurations, for one image and for a comparison of two", async () => {
    expect(await fetched(first)).toEqual({ manifests: 1, configs: 1, layers: 0 });
    expect(await fetched(first, second)).toEqual({ manifests: 2, configs: 2, layers: 0 });
  });

  test("only the SBOM layers if SBOMs are requested", async () => {
    expect(await fetched(first, "--sbom")).toEqual({ manifests: 1, configs: 1, layers: 2 });
  });

  test("each layer once if files are requested, and the SBOM layer twice", async () => {
    const { length } = oci.imageFor(await oci.read(parseImageReference(first))).layers;
    expect(await fetched(first, "--layers")).toEqual({ manifests: 1, configs: 1, layers: length + 1 });
    const both = new Set(
      (
        await Promise.all(
          [first, second].map((name) => oci.read(parseImageReference(name)).then((index) => oci.imageFor(index))),
        )
      ).flatMap(({ layers }) => layers.map(({ digest }) => digest)),
    );
    expect(await fetched(first, second, "--files")).toEqual({ manifests: 2, configs: 2, layers: both.size });
  });
});

test("cnb inspect shows the buildpack of each layer and the layers reused by a rebuild", async () => {
  const { layers, efficiency } = (await json(second, "--layers", "--previous", first)).remote_info;
  const reported = layers.map(({ kind, reused }: Record<string, unknown>) => `${kind} ${reused ? "reused" : "new"}`);
  expect(reported.filter((each: string) => each.startsWith("run-image new"))).toEqual([]);
  expect(new Set(reported)).toEqual(
    new Set([
      "run-image reused",
      "buildpack reused",
      "launcher reused",
      "config reused",
      "process-types reused",
      "sbom reused",
      "app reused",
      "app new",
    ]),
  );
  const node = layers.find(({ buildpack }: Record<string, { layer: string }>) => buildpack?.layer === "node");
  expect(node.buildpack).toMatchObject({ id: "libcnb/node-engine", build: true, launch: true, cache: true });
  expect(efficiency).toMatchObject({ hidden_bytes: 0, visible_ratio: 1, hidden: [], dive: { wasted_bytes: 0 } });
});

test("cnb inspect shows the differences between two builds of an app", async () => {
  const found = await json(first, second, "--files", "--sbom");
  expect(found).toMatchObject({ same: false, base_changed: false, buildpacks: [], processes: [], components: [] });
  expect(found.files).toEqual([{ change: "added", path: "/workspace/added.txt", type: "file", to: 3 }]);
  expect(found.layers.filter(({ change }: Record<string, unknown>) => change !== "same")).toEqual([
    expect.objectContaining({ change: "changed", bytes_to_move: found.bytes_to_move }),
  ]);
});

test.for<[string, readonly string[], number]>([
  ["two different images without --exit-code", ["2"], 0],
  ["two different images with --exit-code", ["2", "--exit-code"], 1],
  ["two identical images with --exit-code", ["1", "--exit-code"], 0],
  ["an image within the limits", ["--lowest-efficiency", "0.9", "--highest-wasted-bytes", "1MB"], 0],
  ["a limit together with two images", ["2", "--lowest-efficiency", "0.9"], 3],
  ["a comparison flag with one image", ["--exit-code"], 3],
  ["an invalid limit", ["--lowest-efficiency", "90"], 3],
])("cnb inspect has the documented exit code for %s", async ([, args, exitCode]) => {
  const named = args.map((each) => (/^[12]$/.test(each) ? `oci:${dir}/${each === "1" ? "first" : "second"}` : each));
  expect((await cnb(["inspect", `oci:${dir}/first`, ...named])).exitCode).toBe(exitCode);
});

describe("a wasteful image", () => {
  const file = (path: string, size: number) => ({
    type: "file" as const,
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    content: Buffer.alloc(size),
  });
  beforeAll(async () => {
    const store = await openBlobStore(join(dir, "blobs"));
    const layers = [];
    for (const entries of [[file("/a", 100), file("/b", 50)], [file("/a", 300)], [file("/.wh.b", 0)]])
      layers.push({ layer: await createLayer(entries, store) });
    const image = oci.mutate.appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), layers);
    const other = oci.mutate.appendLayers(emptyImage({ os: "linux", architecture: "arm64" }), layers.slice(1));
    await oci.write({ images: [image, other] }, parseImageReference(`oci:${dir}/wasteful`));
  });

  test("is reported by cnb inspect, which exits with 4 above the limits", async () => {
    const limits = [
      "--lowest-efficiency",
      "0.5",
      "--highest-wasted-bytes",
      "449",
      "--highest-user-wasted-percent",
      "1",
    ];
    const args = ["inspect", `oci:${dir}/wasteful`, "--platform", "linux/amd64"];
    const { exitCode, stdout, stderr } = await cnb([...args, ...limits]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: `ERROR: oci:${dir}/wasteful is wasteful: its efficiency is 22.22 %, less than 50.00 %; it wastes 450 B, more than 449 B; it wastes 150.00 % of what is above the first layer, more than 100.00 %
HINT: Run cnb inspect oci:${dir}/wasteful --layers to see the files.
CODE: IMAGE_WASTEFUL
`,
    });
    expect(stdout.slice(stdout.indexOf("Efficiency:"))).toBe(`Efficiency:
  Seen by containers:  66.67 % of 450 B, 150 B hidden
  As dive counts:      22.22 % efficient, 450 B wasted (150.00 % of all above the first layer), 350 B without the smallest copies

Hidden Files:
  BYTES  IN LAYER  HIDDEN BY  PATH
  100 B  1         2          /a
   50 B  1         3          /b
`);
  });

  test("in an index is reported with digest and platforms", async () => {
    const { local_info: info } = await json(`oci:${dir}/wasteful`, "--platform", "linux/arm64");
    const index = JSON.parse(await readFile(join(dir, "wasteful/index.json"), "utf8"));
    expect(info).toMatchObject({ platform: "linux/arm64", platforms: ["linux/amd64", "linux/arm64"] });
    expect(index.manifests.map(({ digest }: { digest: string }) => digest)).toContain(info.index);
  });

  test("or any other image can be shown in an HTML page, which is written completely or not at all", async () => {
    const page = join(dir, "page.html");
    await cnbSucceeds(["inspect", `oci:${dir}/second`, "--html", page]);
    expect(await readFile(page, "utf8")).toMatch(/^<!doctype html>.*libcnb\/node-engine@.*<\/html>\n$/s);
    expect((await stat(page)).size).toBeLessThan(2_000_000);
    const { exitCode } = await cnb(["inspect", `oci:${dir}/second`, "--html", join(dir, "second")]);
    expect(exitCode).toBe(1);
  });
});
