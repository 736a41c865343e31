import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labelsOf, openBlobStore } from "@libcnb/packager/oci";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cnbIn } from "../../../builder-packager/src/config/cnb/cnb-label.ts";
import { layerEntries } from "../../../builder-packager/src/oci/layers/layer-content.ts";
import { serializeIndex } from "../../../builder-packager/src/oci/model/image-index.ts";
import { sbomDocuments } from "../../../builder-packager/src/sbom/documents.ts";
import { licenceExpression, type ProgramImageParts, programImage } from "../../../builder-packager/static/image.ts";
import { releaseVersion } from "../repository.ts";

const sbom = JSON.stringify({
  metadata: { component: { licenses: [{ license: { id: "MIT" } }] } },
  components: [
    { licenses: [{ expression: "MIT OR Apache-2.0" }] },
    { licenses: [{ license: { id: "ISC" } }] },
    { licenses: [{ license: { id: "MIT" } }] },
    {},
  ],
});
const parts: ProgramImageParts = {
  programs: { amd64: Buffer.from("program for amd64"), arm64: Buffer.from("program for arm64") },
  licences: "licences",
  sbom,
};

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "program-image-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const create = async (name: string) => programImage(parts, await openBlobStore(join(dir, name)));

test("the image of the static program has one layer for each platform, owned by root, with a /tmp for every user", async () => {
  const { images } = await create("store");
  expect(images.map(({ config }) => `${config.os}/${config.architecture}`)).toEqual(["linux/amd64", "linux/arm64"]);
  for (const { layers, config } of images) {
    const [layer, second] = layers;
    if (layer === undefined || second !== undefined) throw new Error(`the image has ${layers.length} layers`);
    const entries = await layerEntries(layer, { maxBytes: 1_000_000 });
    expect(
      entries.map((entry) => [
        `${entry.type} ${entry.path} ${entry.mode.toString(8)} ${entry.uid}:${entry.gid}`,
        ...("content" in entry && entry.content instanceof Uint8Array ? [Buffer.from(entry.content).toString()] : []),
      ]),
    ).toEqual([
      ["directory /tmp 1777 0:0"],
      ["directory /usr 755 0:0"],
      ["directory /usr/local 755 0:0"],
      ["directory /usr/local/bin 755 0:0"],
      ["file /usr/local/bin/cnb 755 0:0", `program for ${config.architecture}`],
      ["directory /usr/share 755 0:0"],
      ["directory /usr/share/doc 755 0:0"],
      ["directory /usr/share/doc/cnb 755 0:0"],
      ["file /usr/share/doc/cnb/LICENSES.txt 644 0:0", "licences"],
      ["file /usr/share/doc/cnb/sbom.cdx.json 644 0:0", sbom],
    ]);
  }
});

test("the image of the static program starts cnb as a numeric user other than root", async () => {
  const { images } = await create("store");
  for (const { config } of images)
    expect(config.config).toMatchObject({
      User: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
      Entrypoint: ["/usr/local/bin/cnb"],
      Env: ["PATH=/usr/local/bin"],
    });
});

test("the index, the manifests and the labels of the static program's image name its source, version and licences", async () => {
  const { images, annotations } = await create("store");
  const version = releaseVersion();
  expect(annotations).toMatchObject({
    "org.opencontainers.image.source": "https://github.com/libcnb/libcnb.ts",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.licenses": "(MIT OR Apache-2.0) AND ISC AND MIT",
  });
  for (const image of images) {
    expect(image.annotations).toEqual(annotations);
    expect(labelsOf(image)).toMatchObject(annotations ?? {});
    expect(cnbIn(image)).toEqual({ version, layers: image.layers.map(({ diffId }) => diffId) });
  }
});

test("cnb sbom download finds the SBOM in the image of the static program", async () => {
  const { images } = await create("store");
  for (const image of images) {
    const documents = await sbomDocuments(image, undefined);
    expect(documents.map(({ path, format }) => [path, format])).toEqual([["usr/share/doc/cnb/sbom.cdx.json", "cdx"]]);
  }
});

test("the image of the static program has the same digest each time", async () => {
  const digestOf = async (name: string) => serializeIndex(await create(name)).top.digest;
  expect(await digestOf("first")).toBe(await digestOf("second"));
});

test("the licence expression puts alternatives in parentheses", () => {
  expect(licenceExpression(sbom)).toBe("(MIT OR Apache-2.0) AND ISC AND MIT");
});
