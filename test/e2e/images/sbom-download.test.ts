// @needs docker-registry
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, labelsOf, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { type Component, sboms } from "libcnb";
import { sbomMediaTypes } from "libcnb/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emitSboms } from "../../../framework/src/sbom/emit.ts";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { archiveOf, created, demo, published } from "../../support/images/debian-archive.ts";
import { sbomSchemas, schemaErrors } from "../../support/images/sbom-schemas.ts";
import { type Registry, startRegistry } from "../../support/service.ts";

let dir: string;
let registry: Registry;
let app: string;
let image: Image;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sbom-"));
  registry = await startRegistry();
  image = await appImage();
  app = `${registry.host}/shop/web:1`;
  await oci.write(image, parseImageReference(app));
}, 120_000);
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

const zlib: Component = { name: "zlib", version: "1.3.1", purl: "pkg:generic/zlib@1.3.1", licenses: ["Zlib"] };
const runtime: Component = {
  name: "node",
  version: "24.1.0",
  purl: "pkg:generic/node@24.1.0",
  licenses: ["MIT", "Own one"],
};
const express: Component = { name: "express", version: "5.0.0", purl: "pkg:npm/express@5.0.0", dependencies: ["zlib"] };

const documents: Readonly<Record<string, readonly Component[]>> = {
  "libcnb_node-engine/node": [{ ...runtime, dependencies: ["zlib"] }, zlib],
  "libcnb_node-packages/modules": [express, zlib],
};

/** A base image with what its packages are, and the SBOMs of two layers of buildpacks above it. */
async function appImage(): Promise<Image> {
  const { run } = await created(await published(await archiveOf([demo]), dir), dir, { packages: ["demo"] });
  const files = Object.entries(documents).map(async ([location, components]) => {
    const texts = await emitSboms(sboms([...components]), Object.values(sbomMediaTypes));
    return Object.entries(texts).map(([extension, text]) => [
      `/layers/sbom/launch/${location}/sbom.${extension}`,
      text,
    ]);
  });
  const entries = (await Promise.all(files)).flat().map(([path = "", text = ""]) => ({
    type: "file" as const,
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    content: Buffer.from(text),
  }));
  const layer = await createLayer(entries, await openBlobStore(join(dir, "blobs")));
  const metadata = JSON.stringify({ sbom: { sha: layer.diffId }, runImage: { topLayer: "", reference: "" } });
  const above = oci.mutate.appendLayers(run, [{ layer }]);
  const own = { "io.buildpacks.lifecycle.metadata": metadata, "io.buildpacks.build.metadata": "{}" };
  return oci.mutate.labels(above, { ...labelsOf(run), ...own });
}

const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, encoding: "utf8" })).filter((path) => path.endsWith(".json")).sort();

test("cnb sbom download writes the SBOM files of all layers under their paths in the image", async () => {
  const out = join(dir, "all");
  const { stdout } = await cnbSucceeds(["sbom", "download", app, "--output-dir", out]);
  const files = await filesIn(out);
  expect(files).toEqual([
    ...["cdx", "spdx", "syft"].map((format) => `cnb/sbom/bom.${format}.json`),
    ...Object.keys(documents).flatMap((location) =>
      ["cdx", "spdx", "syft"].map((format) => `layers/sbom/launch/${location}/sbom.${format}.json`),
    ),
  ]);
  expect(stdout.trim().split("\n").sort()).toEqual(files.map((path) => join(out, path)));
});

test("cnb sbom download writes the SBOM files of one format", async () => {
  const out = join(dir, "spdx");
  await cnbSucceeds(["sbom", "download", app, "-o", out, "--format", "spdx"]);
  expect((await filesIn(out)).map((path) => path.replace(/^.*\//, ""))).toEqual([
    "bom.spdx.json",
    "sbom.spdx.json",
    "sbom.spdx.json",
  ]);
});

describe("a merged SBOM", () => {
  const merged = async (name: string) => {
    const out = join(dir, name);
    await cnbSucceeds(["sbom", "download", app, "-o", out, "--merge"]);
    return Object.fromEntries(
      await Promise.all((await filesIn(out)).map(async (path) => [path, await readFile(join(out, path), "utf8")])),
    ) as Readonly<Record<string, string>>;
  };

  test("is valid in each format, has each package once, and is reproducible", async () => {
    const files = await merged("one");
    expect(await merged("other")).toEqual(files);
    const [cdx, spdx, syft] = ["cdx", "spdx", "syft"].map((format) => JSON.parse(files[`sbom.${format}.json`] ?? ""));
    expect([
      schemaErrors(sbomSchemas.cdx, cdx),
      schemaErrors(sbomSchemas.spdx, spdx),
      schemaErrors(sbomSchemas.syft, syft),
    ]).toEqual([[], [], []]);
    const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();
    const own = ["express", "node", "zlib"];
    const found = [named(cdx.components), named(spdx.packages), named(syft.artifacts)];
    expect(found.map((names) => names.filter((name) => own.includes(name)))).toEqual([own, own, own]);
    expect(found.map((names) => names.some((name) => name.endsWith("demo")))).toEqual([true, true, true]);
  });

  test("keeps the dependencies between packages, below the image", async () => {
    const { "sbom.cdx.json": text = "" } = await merged("graph");
    const { metadata, dependencies } = JSON.parse(text);
    const { manifestDigest } = oci.serialize(image);
    const root = `pkg:oci/web@${encodeURIComponent(manifestDigest)}`;
    expect(metadata.component).toEqual({
      type: "container",
      "bom-ref": root,
      purl: root,
      name: `${registry.host}/shop/web`,
      version: manifestDigest,
    });
    const needs = new Map(
      dependencies.map(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => [ref, dependsOn]),
    );
    expect([needs.get(express.purl), needs.get(runtime.purl), needs.get(zlib.purl)]).toEqual([
      [zlib.purl],
      [zlib.purl],
      [],
    ]);
    expect(needs.get(root)).toEqual(expect.arrayContaining([express.purl, runtime.purl]));
  });

  test("is attached to the image without changing it", async () => {
    const { stdout } = await cnbSucceeds(["sbom", "download", app, "--attach", "--format", "cyclonedx"]);
    const [found] = await oci.referrers(parseImageReference(app));
    expect([found?.artifactType, stdout.trim()]).toEqual([
      "application/vnd.cyclonedx+json",
      `${registry.host}/shop/web@${found?.digest}`,
    ]);
    expect(oci.serialize(oci.imageFor(await oci.read(parseImageReference(app)))).manifestDigest).toBe(
      oci.serialize(image).manifestDigest,
    );
  });
});

test("cnb sbom download reports an image without SBOMs", async () => {
  const plain = `oci:${dir}/plain`;
  await oci.write(
    oci.mutate.labels(image, { "io.buildpacks.lifecycle.metadata": "{}", "io.buildpacks.base.sbom": "" }),
    parseImageReference(plain),
  );
  const outcomes = [
    [plain],
    [app, "--format", "odt"],
    [`${registry.host}/none:1`],
    [app, "--output-dir", "/proc/none"],
    [`oci:${dir}/plain`, "--attach"],
  ].map(async (args) => {
    const { exitCode, stderr } = await cnb(["sbom", "download", ...args], { cwd: dir });
    return [exitCode, /^CODE: (.*)$/m.exec(stderr)?.[1]];
  });
  expect(await Promise.all(outcomes)).toEqual([
    [1, "SBOM_NOT_FOUND"],
    [3, "ARGUMENT_INVALID"],
    [1, "IMAGE_NOT_FOUND"],
    [1, "OUTPUT_UNWRITABLE"],
    [1, "SBOM_NOT_FOUND"],
  ]);
});
