// @needs umoci
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeImage } from "../image-io.ts";
import { type BlobStore, openBlobStore } from "../layers/blob-store.ts";
import { createLayer } from "../layers/layer.ts";
import type { Image } from "./image.ts";
import { layerLimitWarning } from "./layer-limit.ts";
import { appendLayers, emptyImage, withConfig, withLabels } from "./mutate.ts";
import { rebaseImage } from "./rebase.ts";
import type { HistoryEntry, Platform } from "./spec.ts";
import { validateImage } from "./validate.ts";

const dir = mkdtempSync(join(tmpdir(), "libcnb-rebase-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let store: BlobStore;
beforeAll(async () => {
  store = await openBlobStore(dir);
});

const amd64: Platform = { os: "linux", architecture: "amd64" };
const layer = (text: string) =>
  createLayer([{ type: "file", path: `/${text}`, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text) }], store);

/** An image with a layer for each text; a text in brackets is a line of history without one. */
async function build(on: Image, ...texts: string[]): Promise<Image> {
  let image = on;
  for (const text of texts)
    image = text.startsWith("[")
      ? withHistory(image, { created_by: text, empty_layer: true })
      : appendLayers(image, [
          { layer: await layer(text), history: { created: "2020-01-01T00:00:00Z", created_by: text } },
        ]);
  return image;
}
const withHistory = ({ raw: _, ...image }: Image, line: HistoryEntry): Image => ({
  ...image,
  config: { ...image.config, history: [...(image.config.history ?? []), line] },
});
const lines = ({ config }: Image) => config.history?.map(({ created_by }) => created_by);
const diffIds = ({ layers }: Image) => layers.map(({ diffId }) => diffId);

describe("rebasing keeps the app's layers on top of the new base", () => {
  test.for<[string, readonly string[], readonly string[], readonly string[], readonly string[]]>([
    ["the new base has more layers", ["a"], ["x", "y"], ["app"], ["x", "y", "app"]],
    ["the new base has fewer layers", ["a", "b", "c"], ["x"], ["app", "more"], ["x", "app", "more"]],
    ["the app has no layers", ["a"], ["x"], [], ["x"]],
    ["the old base has no layers", [], ["x"], ["app"], ["x", "app"]],
    ["the new base has no layers", ["a"], [], ["app"], ["app"]],
    [
      "the history contains entries without layers",
      ["a", "[CMD]"],
      ["[ARG]", "x", "[ENV]"],
      ["[USER]", "app", "[LABEL]"],
      ["[ARG]", "x", "[ENV]", "[USER]", "app", "[LABEL]"],
    ],
    ["the new base equals the old one", ["a"], ["a"], ["app"], ["a", "app"]],
  ])("if %s", async ([, old, next, top, result]) => {
    const [oldBase, newBase] = [await build(emptyImage(amd64), ...old), await build(emptyImage(amd64), ...next)];
    const image = await build(oldBase, ...top);
    const rebased = rebaseImage(image, oldBase, newBase);
    expect(lines(rebased)).toEqual(result);
    expect(diffIds(rebased)).toEqual(diffIds(await build(emptyImage(amd64), ...result)));
    expect(await validateImage(rebased)).toEqual([]);
    const topLayer = oldBase.layers.at(-1)?.diffId;
    if (topLayer) expect(diffIds(rebaseImage(image, topLayer, newBase))).toEqual(diffIds(rebased));
  });
});

test("rebasing keeps the app's configuration and takes only the base's own fields from the new base", async () => {
  const oldBase = await build(emptyImage({ ...amd64, variant: "v1", "os.version": "1" }), "a");
  const image = withLabels(withConfig(await build(oldBase, "app"), { Env: ["A=1"], User: "1" }), { label: "stays" });
  const newBase = withLabels(withConfig(await build(emptyImage(amd64), "x"), { Env: ["B=2"] }), { base: "new" });
  const { config } = rebaseImage({ ...image, annotations: { note: "stays" } }, oldBase, newBase);
  expect(config).toEqual({
    created: "1980-01-01T00:00:01Z",
    ...amd64,
    config: { Env: ["A=1"], User: "1", Labels: { label: "stays" } },
    rootfs: config.rootfs,
    history: [
      { created: "2020-01-01T00:00:00Z", created_by: "x" },
      { created: "2020-01-01T00:00:00Z", created_by: "app" },
    ],
  });
});

test("umoci unpacks a rebased image", async () => {
  const [oldBase, newBase] = [await build(emptyImage(amd64), "old"), await build(emptyImage(amd64), "new")];
  await writeImage(rebaseImage(await build(oldBase, "app"), oldBase, newBase), {
    kind: "oci",
    dir: join(dir, "out"),
    tag: "a",
  });
  execFileSync("umoci", ["unpack", "--rootless", "--image", `${dir}/out:a`, `${dir}/bundle`]);
  const read = (name: string) => readFileSync(join(dir, "bundle/rootfs", name), "utf8");
  expect([read("new"), read("app")]).toEqual(["new", "app"]);
  expect(() => read("old")).toThrow("ENOENT");
});

describe("rebasing is refused with a reason for", () => {
  test("an image that was built on another base", async () => {
    const oldBase = await build(emptyImage(amd64), "a", "b");
    const image = await build(oldBase, "app");
    const code = "IMAGE_BASE_MISMATCH";
    const other = await build(emptyImage(amd64), "a", "other");
    expect(() => rebaseImage(image, other, oldBase)).toThrow(
      expect.objectContaining({
        code,
        message:
          "the image cannot be rebased: layer 1 of the image (linux/amd64) is not the corresponding layer of the old base",
      }),
    );
    const longer = await build(image, "above");
    expect(() => rebaseImage(image, longer, oldBase)).toThrow(expect.objectContaining({ code }));
    const { diffId } = await layer("unknown");
    expect(() => rebaseImage(image, diffId, oldBase)).toThrow(
      expect.objectContaining({
        code,
        message: `the image cannot be rebased: the image has no layer ${diffId}, which it records as the last one of its base`,
        hint: "Rebuild the app instead.",
      }),
    );
    const twice = await build(image, "b");
    const top = oldBase.layers[1]?.diffId as `sha256:${string}`;
    expect(() => rebaseImage(twice, top, oldBase)).toThrow(
      expect.objectContaining({
        code,
        message: `the image cannot be rebased: the image has the layer ${top}, which it records as the last one of its base, 2 times`,
      }),
    );
  });

  test("a new base for another platform", async () => {
    const oldBase = await build(emptyImage(amd64), "a");
    expect(() => rebaseImage(oldBase, oldBase, emptyImage({ os: "linux", architecture: "arm64" }))).toThrow(
      expect.objectContaining({
        code: "IMAGE_PLATFORM_MISMATCH",
        message: "the new base has no image for linux/amd64, only for linux/arm64",
      }),
    );
  });
});

test("rebasing to the new base and back restores the image", async () => {
  const texts = fc.array(fc.constantFrom("a", "b", "c", "[1]", "[2]"), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(texts, texts, texts, async (old, next, top) => {
      const [oldBase, newBase] = [await build(emptyImage(amd64), ...old), await build(emptyImage(amd64), ...next)];
      const image = await build(oldBase, ...top);
      const there = rebaseImage(image, oldBase, newBase);
      expect(there.config).toEqual((await build(newBase, ...top)).config);
      expect(rebaseImage(there, newBase, oldBase).config).toEqual(image.config);
    }),
    { numRuns: 60 },
  );
});

test("rebasing warns about images with more layers than Docker supports", async () => {
  const added = { layer: await layer("many") };
  const many = (count: number) =>
    appendLayers(
      emptyImage(amd64),
      Array.from({ length: count }, () => added),
    );
  expect([125, 126].map((count) => layerLimitWarning(many(count)))).toEqual([
    undefined,
    "the image has 126 layers, but Docker accepts at most 125: put several buildpacks or files into one layer",
  ]);
});
