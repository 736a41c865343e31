import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import { appendLayers, emptyImage, withLabels } from "../oci/model/mutate.ts";
import type { TarEntry } from "../tar/entry.ts";
import { imageFacts } from "./image-facts.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "facts-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const file = (path: string, text: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(text),
});

const libc = { name: "libc6", version: "2.36", purl: "pkg:deb/debian/libc6@2.36?arch=amd64" };
const types = { deb: 1, library: 1 };
const list = [
  { name: "library zlib1g", version: "" },
  { name: "pkg:deb/debian/libc6", version: "2.36" },
];

test("the SBOM of the base image is included in the number of SBOMs", async () => {
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

const top = `sha256:${"1".repeat(64)}`;
const builtOn = (topLayer: string) => ({
  "io.buildpacks.lifecycle.metadata": JSON.stringify({ runImage: { topLayer, reference: "x@sha256:1" } }),
  "io.buildpacks.build.metadata": JSON.stringify({ buildpacks: [], processes: [] }),
});

test.for<readonly [string, Readonly<Record<string, string>>, boolean]>([
  ["an app is rebasable", builtOn(top), true],
  ["an app with the label rebasable=true is rebasable", { ...builtOn(top), "io.buildpacks.rebasable": "true" }, true],
  [
    "an app with the label rebasable=false is not rebasable",
    { ...builtOn(top), "io.buildpacks.rebasable": "false" },
    false,
  ],
  ["an app without the run image's top layer in its label is not rebasable", builtOn(""), false],
  ["an image without labels is not rebasable", {}, false],
  // Of apps upon it, says the label of a run image.
  ["a run image is not rebasable", { "io.buildpacks.rebasable": "true" }, false],
])("cnb inspect reports that %s", async ([, labels, rebasable]) => {
  const image = withLabels(emptyImage({ os: "linux", architecture: "amd64" }), labels);
  expect(await imageFacts(image)).toMatchObject({ rebasable });
});
