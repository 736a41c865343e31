// @needs skopeo, umoci
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeImage, writeImages } from "../image-io.ts";
import { openBlobStore } from "../layers/blob-store.ts";
import { createLayer } from "../layers/layer.ts";
import { digestOf } from "./digest.ts";
import type { Image } from "./image.ts";
import { appendLayers, emptyImage, withLabels } from "./mutate.ts";
import { parseImageReference } from "./reference.ts";
import { validateImages } from "./validate-images.ts";

let dir = "";
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-validate-"));
  const [amd64, arm64] = await Promise.all(["amd64", "arm64"].map(imageFor));
  await writeImages({ images: [amd64 as Image, arm64 as Image] }, { kind: "oci", dir: join(dir, "both") });
  await writeImage(amd64 as Image, { kind: "oci", dir: join(dir, "one") });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function imageFor(architecture: string): Promise<Image> {
  const store = await openBlobStore(join(dir, "store"));
  const content = (text: string) =>
    createLayer([{ type: "file", path: "/x", mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text) }], store);
  const layers = [await content("shared"), await content(architecture)];
  const image = appendLayers(
    emptyImage({ os: "linux", architecture }),
    layers.map((layer) => ({ layer })),
  );
  return withLabels(image, { a: "b" });
}

// biome-ignore lint/suspicious/noExplicitAny: documents that are to be broken
type Json = any;
const blob = (layout: string, digest: string) => join(dir, layout, "blobs/sha256", digest.slice(7));
const readJson = (file: string): Json => JSON.parse(readFileSync(file, "utf8"));

/** Blobs are links to those of the store: they are replaced, not written into. */
function write(file: string, bytes: Uint8Array | string): void {
  rmSync(file, { force: true });
  writeFileSync(file, bytes);
}

/** Puts a blob into the layout of one image and says what it is. */
function put(bytes: Uint8Array | string) {
  const digest = digestOf(bytes);
  write(blob("one", digest), bytes);
  return { digest, size: Buffer.byteLength(bytes) };
}

interface Parts {
  readonly index: Json;
  readonly manifest: Json;
  readonly config: Json;
}

/** Changes the documents of the layout of one image and refers to them rightly, but for what `lie` says. */
function rewrite(change: (parts: Parts) => void, lie: { readonly manifest?: Json; readonly config?: Json } = {}): void {
  const index = readJson(join(dir, "one/index.json"));
  const manifest = readJson(blob("one", index.manifests[0].digest));
  const config = readJson(blob("one", manifest.config.digest));
  for (const digest of [index.manifests[0].digest, manifest.config.digest]) rmSync(blob("one", digest));
  rmSync(join(dir, "one/manifest.json"));
  change({ index, manifest, config });
  Object.assign(manifest.config, put(JSON.stringify(config)), lie.config);
  Object.assign(index.manifests[0], put(JSON.stringify(manifest)), lie.manifest);
  write(join(dir, "one/index.json"), JSON.stringify(index));
}

/** Digests without what differs from test to test. */
const plainly = (text: string) => text.replaceAll(/(sha256:|\/)[0-9a-f]{12,64}/g, "$1…").replaceAll(dir, "DIR");
const at = (text: string) => parseImageReference(text.replace("DIR", dir));
const issuesIn = async (text: string) => (await validateImages(at(text))).map(plainly);

const other = `sha256:${"0".repeat(64)}`;
const amd64 = "linux/amd64 (sha256:…)";

test.for(["oci:DIR/one", "oci:DIR/both", "oci-archive:DIR/both.tar", "docker-archive:DIR/both.tar"])(
  "validating an image that cnb wrote as %j, where DIR is a directory, finds no problem",
  async (reference) => {
    execFileSync("tar", ["-C", join(dir, "both"), "-cf", join(dir, "both.tar"), "."]);
    expect(await validateImages(at(reference))).toEqual([]);
  },
);

test("validating OCI layouts written by skopeo and umoci finds no problem", async () => {
  execFileSync("skopeo", ["--insecure-policy", "copy", "-q", `oci:${dir}/one`, `oci:${dir}/skopeo:a`]);
  execFileSync("umoci", ["init", "--layout", join(dir, "umoci")]);
  execFileSync("umoci", ["new", "--image", join(dir, "umoci:a")]);
  expect([await issuesIn("oci:DIR/skopeo"), await issuesIn("oci:DIR/umoci")]).toEqual([[], []]);
});

describe("validating an image's documents reports", () => {
  test.for<[string, (parts: Parts) => void, readonly string[], { manifest?: Json; config?: Json }?]>([
    ["a wrong size of the manifest", () => 0, [`${amd64}: size is stated as 1 but is 553`], { manifest: { size: 1 } }],
    [
      "a wrong size of the configuration",
      () => 0,
      [`${amd64}: configuration: size is stated as 9 but is 370`],
      { config: { size: 9 } },
    ],
    [
      "a platform that differs between index and configuration",
      ({ config }) => (config.architecture = "arm64"),
      [`${amd64}: platform is stated as linux/amd64 but is linux/arm64`],
    ],
    [
      "a variant that differs between index and configuration",
      ({ index, config }) => {
        index.manifests[0].platform.variant = "v2";
        config.variant = "v3";
      },
      ["linux/amd64/v2 (sha256:…): platform is stated as linux/amd64/v2 but is linux/amd64/v3"],
    ],
    [
      "a missing diffID",
      ({ config }) => config.rootfs.diff_ids.pop(),
      [`${amd64}: configuration: diffIDs is stated as 1 but is 2`],
    ],
    [
      "a wrong diffID",
      ({ config }) => (config.rootfs.diff_ids[0] = other),
      [`${amd64}: layer 0: diffID is stated as sha256:… but is sha256:…`],
    ],
    [
      "a diffID that is listed twice",
      ({ config }) => (config.rootfs.diff_ids[1] = config.rootfs.diff_ids[0]),
      [`${amd64}: layer 1: diffID is stated as sha256:… but is sha256:…`],
    ],
    [
      "layers in another order",
      ({ manifest }) => manifest.layers.reverse(),
      [0, 1].map((layer) => `${amd64}: layer ${layer}: diffID is stated as sha256:… but is sha256:…`),
    ],
    [
      "a wrong size of a layer",
      ({ manifest }) => (manifest.layers[1].size += 5),
      [`${amd64}: layer 1: size is stated as 101 but is 96`],
    ],
    [
      "a missing layer blob",
      ({ manifest }) => (manifest.layers[1].digest = other),
      [`${amd64}: layer 1: blob sha256:… is missing in oci:DIR/one`, 'nothing refers to "blobs/sha256/…"'],
    ],
    [
      "a history with more entries than layers",
      ({ config }) => config.history.push({}),
      [`${amd64}: history: lines with a layer is stated as 3 but is 2`],
    ],
    ["no problem if there is no history", ({ config }) => (config.history = null), []],
    [
      "a layer whose media type states another compression",
      ({ manifest }) => (manifest.layers[0].mediaType = "application/vnd.oci.image.layer.v1.tar+zstd"),
      [`${amd64}: layer 0: compression is stated as zstd but is gzip`],
    ],
    [
      "a layer with Docker's media type in an OCI manifest",
      ({ manifest }) => (manifest.layers[0].mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip"),
      [
        `${amd64}: manifest: layer 0: application/vnd.docker.image.rootfs.diff.tar.gzip is not OCI's, but the manifest's type is`,
      ],
    ],
    [
      "a layer whose media type is not that of a layer",
      ({ manifest }) => (manifest.layers[0].mediaType = "text/html"),
      [`${amd64}: manifest: layer 0: "text/html" is not a type of a layer`],
    ],
    [
      "a configuration with Docker's media type in an OCI manifest",
      ({ manifest }) => (manifest.config.mediaType = "application/vnd.docker.container.image.v1+json"),
      [
        `${amd64}: configuration: media type is stated as application/vnd.docker.container.image.v1+json but is application/vnd.oci.image.config.v1+json`,
      ],
    ],
    [
      "a manifest with Docker's media type in an OCI index",
      ({ manifest }) => (manifest.mediaType = "application/vnd.docker.distribution.manifest.v2+json"),
      [
        `${amd64}: manifest: media type is stated as application/vnd.docker.distribution.manifest.v2+json but is application/vnd.oci.image.manifest.v1+json`,
      ],
    ],
    [
      "malformed environment variables and times",
      ({ config }) => {
        config.created = "yesterday";
        config.history[0].created = "2020-13-01T00:00:00Z";
        config.config.Env = ["A=b", "=", "C", "D=\0"];
        config.config.User = "x\0";
      },
      [
        'configuration: created: "yesterday" is not an RFC 3339 time',
        'configuration: history 0: "2020-13-01T00:00:00Z" is not an RFC 3339 time',
        'configuration: Env: "=" is not NAME=value',
        'configuration: Env: "C" is not NAME=value',
        'configuration: Env: "D=\\u0000" is not NAME=value',
        "configuration: User contains a NUL character",
      ].map((issue) => `${amd64}: ${issue}`),
    ],
    [
      "a configuration with values of wrong types",
      ({ config }) => {
        config.os = 1;
        config.rootfs.diff_ids[0] = "md5:1";
        config.config.Env = "A";
      },
      [
        `${amd64}: the configuration of oci:DIR/one is not valid: os: Invalid type: Expected string but received 1; config.Env: Invalid type: Expected Array but received "A"; rootfs.diff_ids.0: expected a sha256 digest`,
      ],
    ],
    [
      "all problems of an image at once",
      ({ manifest, config }) => {
        config.architecture = "arm";
        config.rootfs.diff_ids[0] = other;
        config.history.pop();
        manifest.layers[1].size = 0;
      },
      [
        `${amd64}: size is stated as 2 but is 550`,
        `${amd64}: configuration: size is stated as 3 but is 333`,
        `${amd64}: platform is stated as linux/amd64 but is linux/arm`,
        `${amd64}: history: lines with a layer is stated as 1 but is 2`,
        `${amd64}: layer 0: diffID is stated as sha256:… but is sha256:…`,
        `${amd64}: layer 1: size is stated as 0 but is 96`,
      ],
      { manifest: { size: 2 }, config: { size: 3 } },
    ],
  ])("%s", async ([, change, issues, lie]) => {
    rewrite(change, lie);
    expect(await issuesIn("oci:DIR/one")).toEqual(issues);
  });
});

describe("validating the files of an OCI layout reports", () => {
  const layers = () => readJson(blob("one", readJson(join(dir, "one/index.json")).manifests[0].digest)).layers;
  test.for<[string, () => void, readonly string[]]>([
    [
      "a damaged layer",
      () => write(blob("one", layers()[0].digest), "something else"),
      [
        `${amd64}: layer 0: digest is stated as sha256:… but is sha256:…`,
        `${amd64}: layer 0: size is stated as 99 but is 14`,
        `${amd64}: layer 0: diffID is stated as sha256:… but is sha256:…`,
      ],
    ],
    [
      "a truncated layer",
      () => write(blob("one", layers()[0].digest), readFileSync(blob("one", layers()[0].digest)).subarray(0, 50)),
      [
        `${amd64}: layer 0: digest is stated as sha256:… but is sha256:…`,
        `${amd64}: layer 0: size is stated as 99 but is 50`,
        `${amd64}: layer 0: the gzip data of the archive or layer is damaged or truncated`,
      ],
    ],
    [
      "an index that is not JSON",
      () => write(join(dir, "one/index.json"), "{"),
      ["the index of oci:DIR/one is not JSON"],
    ],
    [
      "an index that lists no images",
      () => write(join(dir, "one/index.json"), '{"schemaVersion":2,"manifests":[]}'),
      [
        "oci:DIR/one contains no image",
        ...Array.from({ length: 4 }, () => 'nothing refers to "blobs/sha256/…"').slice(0, 1),
      ],
    ],
    [
      "a manifest that is not JSON",
      () => write(blob("one", readJson(join(dir, "one/index.json")).manifests[0].digest), "x"),
      [
        `${amd64}: digest is stated as sha256:… but is sha256:…`,
        `${amd64}: size is stated as 553 but is 1`,
        `${amd64}: the manifest of oci:DIR/one is not JSON`,
      ],
    ],
    ["an unreferenced blob", () => put("nobody's"), ['nothing refers to "blobs/sha256/…"']],
    [
      "unrelated files",
      () => {
        write(join(dir, "one/notes.txt"), "");
        symlinkSync("/etc/shadow", join(dir, "one/blobs/link"));
      },
      ['nothing refers to "blobs/link"', 'nothing refers to "notes.txt"'],
    ],
    [
      "a blob that is a symbolic link",
      () => {
        const file = blob("one", layers()[0].digest);
        renameSync(file, join(dir, "elsewhere"));
        symlinkSync(join(dir, "elsewhere"), file);
      },
      ['"blobs/sha256/…" is not a regular file'],
    ],
    [
      "a blob that is a directory",
      () => {
        const file = blob("one", layers()[0].digest);
        rmSync(file);
        mkdirSync(file);
      },
      [
        `${amd64}: layer 0: blob sha256:… in oci:DIR/one is a directory, not a regular file`,
        'manifest.json: "blobs/sha256/…" is missing',
      ],
    ],
    ["a missing oci-layout file", () => rmSync(join(dir, "one/oci-layout")), ["oci-layout is missing"]],
    [
      "an unsupported version in oci-layout",
      () => write(join(dir, "one/oci-layout"), '{"imageLayoutVersion":"2.0.0"}'),
      [
        'oci-layout in oci:DIR/one is not valid: imageLayoutVersion: Invalid type: Expected "1.0.0" but received "2.0.0"',
      ],
    ],
    [
      "a manifest.json that refers to missing files",
      () => write(join(dir, "one/manifest.json"), '[{"Config":"x","RepoTags":null,"Layers":["../y"]}]'),
      ['manifest.json: "x" is missing', 'manifest.json: "../y" is missing'],
    ],
  ])("%s", async ([, damage, issues]) => {
    damage();
    expect(await issuesIn("oci:DIR/one")).toEqual(issues);
  });
});

describe("validating a nested index reports", () => {
  test("an invalid image of the nested index", async () => {
    const top = readJson(join(dir, "both/index.json")).manifests[0];
    const index = readJson(blob("both", top.digest));
    index.manifests[1].platform.architecture = "amd64";
    const bytes = JSON.stringify(index);
    write(blob("both", digestOf(bytes)), bytes);
    const manifests = [{ ...top, digest: digestOf(bytes), size: bytes.length }];
    write(join(dir, "both/index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
    expect(await issuesIn("oci:DIR/both")).toEqual([
      "sha256:…: it lists linux/amd64 more than once",
      "sha256:…: linux/amd64 (sha256:…): platform is stated as linux/amd64 but is linux/arm64",
      'nothing refers to "blobs/sha256/…"',
    ]);
  });

  test("an endless or too deep nesting", async () => {
    const listing = (manifests: readonly Json[]) => ({
      mediaType: "application/vnd.oci.image.index.v1+json",
      ...put(JSON.stringify({ schemaVersion: 2, manifests })),
    });
    const deep = Array.from({ length: 6 }).reduce<Json>((inner) => listing([inner]), listing([]));
    const wide = listing(Array.from({ length: 1001 }, () => ({ mediaType: "x", digest: other, size: 1 })));
    write(join(dir, "one/index.json"), JSON.stringify({ schemaVersion: 2, manifests: [deep, wide] }));
    const issues = await validateImages(at("oci:DIR/one"));
    expect(issues.slice(0, 2).map(plainly)).toEqual([
      "sha256:…: sha256:…: sha256:…: sha256:…: it is nested too deeply",
      "sha256:…: it lists 1001 manifests, which is too many",
    ]);
  });
});

describe("validating an OCI archive reports", () => {
  const archive = () => execFileSync("tar", ["-C", join(dir, "one"), "-cf", join(dir, "x.tar"), "."]);
  test.for<[string, () => void, readonly string[], readonly string[]]>([
    [
      "a damaged layer",
      () =>
        write(
          blob(
            "one",
            readJson(blob("one", readJson(join(dir, "one/index.json")).manifests[0].digest)).layers[0].digest,
          ),
          gzipSync("no tar"),
        ),
      [
        `${amd64}: layer 0: digest is stated as sha256:… but is sha256:…`,
        `${amd64}: layer 0: size is stated as 99 but is 26`,
        `${amd64}: layer 0: diffID is stated as sha256:… but is sha256:…`,
      ],
      [
        "linux/amd64: layer 0: digest is stated as sha256:… but is sha256:…",
        "linux/amd64: layer 0: diffID is stated as sha256:… but is sha256:…",
      ],
    ],
    ["an unreferenced blob", () => put("nobody's"), ['nothing refers to "blobs/sha256/…"'], []],
  ])("%s", async ([, damage, oci, docker]) => {
    damage();
    archive();
    expect([await issuesIn("oci-archive:DIR/x.tar"), await issuesIn("docker-archive:DIR/x.tar")]).toEqual([
      oci,
      docker,
    ]);
  });
});

test("validating a missing file fails with an error", async () => {
  await expect(validateImages(at("oci:DIR/none"))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  await expect(validateImages(at("docker-archive:DIR/none"))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});
