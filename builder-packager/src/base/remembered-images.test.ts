import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import { appendLayers, emptyImage } from "../oci/model/mutate.ts";
import { recallImages, rememberImages } from "./remembered-images.ts";

const linux = { os: "linux", architecture: "amd64" };

async function memory() {
  const dir = await mkdtemp(join(tmpdir(), "remembered-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return { file: join(dir, "images.json"), store: await openBlobStore(join(dir, "blobs")) };
}

test("recorded base images are reused while the store has all their layers", async () => {
  const { file, store } = await memory();
  const layer = await createLayer([{ type: "directory", path: "/a", mode: 0o755, uid: 0, gid: 0 }], store);
  const images = { build: appendLayers(emptyImage(linux), [{ layer }]), run: emptyImage(linux) };
  await rememberImages(file, { images, pins: [] });
  const recalled = await recallImages(file, store);
  expect(recalled?.images.build.config).toEqual(images.build.config);
  expect(recalled?.images.build.layers.map(({ diffId }) => diffId)).toEqual([layer.diffId]);
  await rm(store.blobFile(layer.digest));
  expect(await recallImages(file, store)).toBeUndefined();
});

const config = JSON.stringify(emptyImage(linux).config);
test.for<[string, string]>([
  ["is an empty file", ""],
  ["is null", "null"],
  ["is a list", "[]"],
  ["is an empty object", "{}"],
  ["has images without configurations", '{"build":{},"run":{},"pins":[]}'],
  ["has no run image", `{"build":${config},"run":null,"pins":[]}`],
  ["has no list of pinned packages", `{"build":${config},"run":${config}}`],
  ["has an object instead of a list of pinned packages", `{"build":${config},"run":${config},"pins":{}}`],
])("a record of base images is ignored if it %s", async ([, text]) => {
  const { file, store } = await memory();
  await writeFile(file, text);
  expect(await recallImages(file, store)).toBeUndefined();
});
