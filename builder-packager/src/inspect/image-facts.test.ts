import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBlobStore } from "../oci/blob-store.ts";
import { createLayer } from "../oci/layer.ts";
import { appendLayers, emptyImage, withLabels } from "../oci/mutate.ts";
import type { TarEntry } from "../tar/entry.ts";
import { imageFacts } from "./image-facts.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "facts-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const file = (path: string, text: string): TarEntry => ({
  ...{ type: "file", path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text) },
});

const libc = { name: "libc6", version: "2.36", purl: "pkg:deb/debian/libc6@2.36?arch=amd64" };
const types = { deb: 1, library: 1 };
const list = [
  { name: "library zlib1g", version: "" },
  { name: "pkg:deb/debian/libc6", version: "2.36" },
];

test("the SBOM of a base image is counted, too", async () => {
  const documents = [
    file("/cnb/sbom/bom.cdx.json", JSON.stringify({ components: [libc, { name: "zlib1g", type: "library" }, 1] })),
    file("/cnb/sbom/bom.spdx.json", "{}"),
  ];
  const layer = await createLayer(documents, await openBlobStore(join(dir, "blobs")));
  const image = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
  const labelled = withLabels(image, { "io.buildpacks.base.sbom": layer.diffId });
  expect((await imageFacts(labelled)).sbom).toEqual({
    sizeBytes: layer.size,
    read: true,
    documents: 2,
    components: 2,
    types,
    list,
  });
  expect((await imageFacts(labelled, "it", { sbom: "none" })).sbom).toMatchObject({
    sizeBytes: layer.size,
    read: false,
  });
  expect((await imageFacts(image)).sbom).toEqual({
    sizeBytes: 0,
    read: true,
    documents: 0,
    components: 0,
    types: {},
    list: [],
  });
});
