// @needs root
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import type { TarEntry } from "../tar/entry.ts";
import { tarStream } from "../tar/write.ts";
import { writeOutputFile } from "./files/output-file.ts";
import { readImage, readImages, writeImage, writeImages } from "./image-io.ts";
import { openBlobStore } from "./layers/blob-store.ts";
import { createLayer } from "./layers/layer.ts";
import { digestOf } from "./model/digest.ts";
import { maxDocumentBytes, parseImageConfig, parseIndex, parseManifest } from "./model/document.ts";
import type { Image } from "./model/image.ts";
import { appendLayers, emptyImage } from "./model/mutate.ts";
import { parseImageReference } from "./model/reference.ts";
import { serializeImage } from "./model/serialize.ts";
import { validateImages } from "./model/validate-images.ts";

let dir = "";
let image: Image;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-hostile-"));
  const store = await openBlobStore(join(dir, "store"));
  const layer = await createLayer([entry("/x", "content")], store);
  image = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
  await writeImage(image, { kind: "oci", dir: join(dir, "layout") });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const entry = (path: string, text: string | Uint8Array): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(text),
});
const at = (text: string) => parseImageReference(text.replace("DIR", dir));
const errorOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CnbError)) throw error ?? new Error("nothing was refused");
  return `${error.code}: ${error.message.replaceAll(dir, "DIR").replaceAll(/[0-9a-f]{64}/g, "…")}`;
};

const platform = { os: "linux", architecture: "amd64" };
const blob = (digest: string) => join(dir, "layout/blobs/sha256", digest.slice(7));
function put(bytes: Uint8Array | string) {
  const digest = digestOf(bytes);
  writeFileSync(blob(digest), bytes);
  return { digest, size: Buffer.byteLength(bytes) };
}
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";
const listed = (manifests: readonly object[]) => JSON.stringify({ schemaVersion: 2, manifests });
const writeIndex = (manifests: readonly object[]) => writeFileSync(join(dir, "layout/index.json"), listed(manifests));

describe("reading a hostile OCI layout", () => {
  test.for<[string, () => void, string, string]>([
    [
      "an index.json above the size limit",
      () => writeFileSync(join(dir, "layout/index.json"), Buffer.alloc(maxDocumentBytes + 1, " ")),
      "IMAGE_INVALID: DIR/layout/index.json is too large: it has 8388609 bytes, and at most 8388608 are allowed",
      "",
    ],
    [
      "a manifest whose stated size is above the limit",
      () => writeIndex([{ mediaType: manifestType, digest: `sha256:${"0".repeat(64)}`, size: 2 ** 50 }]),
      "IMAGE_INVALID: the blob sha256:… of oci:DIR/layout is too large for a manifest or configuration: it has 1125899906842624 bytes",
      "",
    ],
    [
      "a manifest that is larger than its stated size",
      () => writeIndex([{ mediaType: manifestType, ...put(Buffer.alloc(2 ** 20)), size: 10 }]),
      "BLOB_CORRUPT: blob sha256:… in DIR/layout/blobs/sha256/… is damaged: it is longer than 10 bytes",
      "",
    ],
    [
      "an index nested nine levels deep",
      () =>
        writeIndex([
          Array.from({ length: 9 }).reduce<object>((inner) => ({ mediaType: indexType, ...put(listed([inner])) }), {
            mediaType: indexType,
            ...put(listed([])),
          }),
        ]),
      "IMAGE_INVALID: the index of oci:DIR/layout contains more levels of nested indexes than cnb allows",
      "",
    ],
    [
      "an index with more than 1000 images",
      () =>
        writeIndex([
          {
            mediaType: indexType,
            ...put(
              listed(
                Array.from({ length: 1001 }, (_, count) => ({
                  mediaType: manifestType,
                  digest: `sha256:${String(count).padStart(64, "0")}`,
                  size: 1,
                })),
              ),
            ),
          },
        ]),
      "IMAGE_PLATFORM_MISMATCH: oci:DIR/layout has no image for linux/amd64, only images without a platform",
      "IMAGE_INVALID: the index of oci:DIR/layout lists more than 1000 images",
    ],
    [
      "a digest that contains a path",
      () => writeIndex([{ mediaType: manifestType, digest: "sha256:../../../../etc/passwd", size: 1 }]),
      "IMAGE_INVALID: the index of oci:DIR/layout is not valid: manifests.0.digest: expected a sha256 digest",
      "",
    ],
    [
      "a size that is not a safe integer",
      () => writeIndex([{ mediaType: manifestType, digest: `sha256:${"0".repeat(64)}`, size: 1e300 }]),
      "IMAGE_INVALID: the index of oci:DIR/layout is not valid: manifests.0.size: Invalid safe integer: Received 1e+300",
      "",
    ],
    [
      "images with two different names",
      () => {
        const found = JSON.parse(readFileSync(join(dir, "layout/index.json"), "utf8")).manifests[0];
        writeIndex(
          ["a", "b"].map((name) => ({ ...found, annotations: { "org.opencontainers.image.ref.name": name } })),
        );
      },
      "",
      "IMAGE_NOT_FOUND: oci:DIR/layout contains several images, but the reference does not name one",
    ],
  ])("is refused for %s", async ([, damage, one, all]) => {
    damage();
    if (one !== "") expect(await errorOf(readImage(at("oci:DIR/layout"), { platform }))).toBe(one);
    expect(await errorOf(readImages(at("oci:DIR/layout")))).toBe(all || one);
  });

  test("and writing it again copies layer blobs that are symbolic links instead of hard-linking them", async () => {
    const name = image.layers[0]?.digest.slice(7) as string;
    renameSync(join(dir, "layout/blobs/sha256", name), join(dir, "elsewhere"));
    symlinkSync(join(dir, "elsewhere"), join(dir, "layout/blobs/sha256", name));
    await writeImage(await readImage(at("oci:DIR/layout")), at("oci:DIR/copy"));
    expect(lstatSync(join(dir, "copy/blobs/sha256", name)).isFile()).toBe(true);
    expect(await validateImages(at("oci:DIR/copy"))).toEqual([]);
  });

  test.for<[string, (file: string) => void, boolean]>([
    ["hard-links blobs of the current user", () => undefined, true],
    ["copies blobs that other users may write", (file) => chmodSync(file, 0o666), false],
    ["copies blobs owned by another user", (file) => chownSync(file, 12345, 12345), false],
  ])("and writing it again %s", async ([, change, links]) => {
    const name = image.layers[0]?.digest.slice(7) as string;
    const file = join(dir, "layout/blobs/sha256", name);
    change(file);
    await writeImage(await readImage(at("oci:DIR/layout")), at("oci:DIR/copy"));
    expect(statSync(join(dir, "copy/blobs/sha256", name)).ino === statSync(file).ino).toBe(links);
  });
});

describe("reading a hostile image archive", () => {
  async function archive(entries: readonly TarEntry[]): Promise<void> {
    await writeOutputFile(join(dir, "x.tar"), tarStream(entries));
  }
  const link = (path: string, target: string): TarEntry => ({
    type: "symlink",
    path,
    target,
    mode: 0o777,
    uid: 0,
    gid: 0,
  });
  const saved = (Config: string, Layers: readonly string[]) =>
    entry("manifest.json", JSON.stringify([{ Config, RepoTags: null, Layers }]));

  test.for<[string, () => readonly TarEntry[], string]>([
    [
      "member names that point outside the archive",
      () => [saved("../../etc/passwd", []), entry("../../etc/passwd", "{}")],
      'IMAGE_INVALID: the configuration of docker-archive:DIR/x.tar is not valid: os: Invalid key: Expected "os" but received undefined; architecture: Invalid key: Expected "architecture" but received undefined; rootfs: Invalid key: Expected "rootfs" but received undefined',
    ],
    [
      "symbolic links that point outside the archive",
      () => [saved("config", []), link("config", "/etc/passwd")],
      "IMAGE_INVALID: docker-archive:DIR/x.tar is incomplete: the archive does not contain config",
    ],
    [
      "a symbolic link to itself",
      () => [saved("config", []), link("config", "config")],
      "IMAGE_INVALID: docker-archive:DIR/x.tar is incomplete: the archive does not contain config",
    ],
    [
      "more layers than diff IDs",
      () => [
        saved("config", ["a", "a"]),
        entry(
          "config",
          JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: [] } }),
        ),
        entry("a", ""),
      ],
      "IMAGE_INVALID: manifest.json of docker-archive:DIR/x.tar and its configuration list different numbers of layers: 2 and 0",
    ],
    [
      "a manifest.json above the size limit",
      () => [entry("manifest.json", Buffer.alloc(maxDocumentBytes + 1, " "))],
      "IMAGE_INVALID: manifest.json in docker-archive:DIR/x.tar is too large: it has 8388609 bytes, and at most 8388608 are allowed",
    ],
    [
      "a manifest.json with values of wrong types",
      () => [entry("manifest.json", '[{"Config":{},"Layers":"x"}]')],
      'IMAGE_INVALID: manifest.json of docker-archive:DIR/x.tar is not valid: 0.Config: Invalid type: Expected string but received Object; 0.Layers: Invalid type: Expected Array but received "x"',
    ],
    [
      "an empty archive",
      () => [],
      "IMAGE_INVALID: docker-archive:DIR/x.tar is incomplete: the archive does not contain manifest.json",
    ],
  ])("is refused for %s", async ([, entries, error]) => {
    await archive(entries());
    expect(await errorOf(readImage(at("docker-archive:DIR/x.tar")))).toBe(error);
    expect(existsSync(join(dir, "etc"))).toBe(false);
  });

  test("that is truncated fails when the damaged layer is read", async () => {
    await writeImage(image, at("oci-archive:DIR/x.tar"));
    truncateSync(join(dir, "x.tar"), statSync(join(dir, "x.tar")).size - 1024 - 512);
    const cut = await readImage(at("oci-archive:DIR/x.tar"));
    expect(await errorOf(writeImage(cut, at("oci:DIR/copy")))).toBe(
      "BLOB_CORRUPT: blob sha256:… in oci-archive:DIR/x.tar is damaged: it has 0 bytes, not 97",
    );
    expect(existsSync(join(dir, "copy"))).toBe(false);
  });

  test("accepts member names that start with ./ or /", async () => {
    const files = readdirSync(join(dir, "layout"), { recursive: true, encoding: "utf8" }).filter((name) =>
      statSync(join(dir, "layout", name)).isFile(),
    );
    for (const prefix of ["./", "/", "././/"]) {
      await archive(files.map((name) => entry(prefix + name, readFileSync(join(dir, "layout", name)))));
      expect(await validateImages(at("oci-archive:DIR/x.tar"))).toEqual([]);
      expect(await validateImages(at("docker-archive:DIR/x.tar"))).toEqual([]);
    }
  });

  test.for(["oci-archive", "docker-archive"])(
    "as %s is refused if its path is a named pipe or a directory",
    async (kind) => {
      execFileSync("mkfifo", [join(dir, "pipe")]);
      mkdirSync(join(dir, "folder"));
      expect(await errorOf(readImage(at(`${kind}:DIR/pipe`)))).toBe(
        `IMAGE_INVALID: ${kind}:DIR/pipe is a named pipe, not a regular file`,
      );
      expect(await errorOf(readImage(at(`${kind}:DIR/folder`)))).toBe(
        `IMAGE_INVALID: ${kind}:DIR/folder is a directory, not a regular file`,
      );
    },
  );
});

describe("writing several images at once is refused for", () => {
  test("an empty list, and two images for one platform", async () => {
    expect(await errorOf(writeImages({ images: [] }, at("oci:DIR/out")))).toBe(
      "IMAGE_INVALID: cannot write a multi-platform image: its index contains no image",
    );
    expect(await errorOf(writeImages({ images: [image, image] }, at("oci:DIR/out")))).toBe(
      "IMAGE_INVALID: a multi-platform image contains several images for the platform linux/amd64, but only one is allowed",
    );
    await writeImages(
      { images: [image, { ...image, config: { ...image.config, architecture: "arm64" } }] },
      at("oci:DIR/two"),
    );
    const two = await readImages(at("oci:DIR/two"));
    const [first] = two.images as [Image];
    expect(await errorOf(writeImages({ ...two, images: [first, first] }, at("oci:DIR/out")))).toBe(
      "IMAGE_INVALID: a multi-platform image contains several images for the platform linux/amd64, but only one is allowed",
    );
    expect(existsSync(join(dir, "out"))).toBe(false);
  });

  test("an engine, if the image name has a digest", async () => {
    const name = `docker-daemon:app@sha256:${"0".repeat(64)}`;
    const daemon = { env: { DOCKER_HOST: "unix:///nowhere" } };
    expect(await errorOf(writeImage(image, at(name), { daemon }))).toBe(
      "IMAGE_REFERENCE_INVALID: cannot write docker-daemon:app@sha256:…: container engines name images by tag, not by digest",
    );
  });
});

test("an image with 20,000 layers is written, read and validated", async () => {
  const [layer] = image.layers;
  const many = appendLayers(
    emptyImage({ os: "linux", architecture: "amd64" }),
    Array.from({ length: 20_000 }, () => ({ layer: layer as NonNullable<typeof layer> })),
  );
  await writeImage(many, at("oci:DIR/many"));
  const read = await readImage(at("oci:DIR/many"));
  expect(read.layers.length).toBe(20_000);
  expect(serializeImage(read).configDigest).toBe(serializeImage(many).configDigest);
  expect(await validateImages(at("oci:DIR/many"))).toEqual([]);
});

test("any JSON document is parsed as an image or refused with the image's name", () => {
  const digest = fc.oneof(fc.constant(`sha256:${"a".repeat(64)}`), fc.string());
  const descriptor = fc.record(
    {
      mediaType: fc.oneof(fc.constant(manifestType), fc.string()),
      digest,
      size: fc.oneof(fc.nat(), fc.double(), fc.string()),
    },
    { requiredKeys: [] },
  );
  const document = fc.record(
    {
      schemaVersion: fc.constantFrom(2, 1, "2"),
      mediaType: fc.string(),
      config: fc.oneof(descriptor, fc.jsonValue()),
      layers: fc.array(descriptor),
      manifests: fc.array(descriptor),
      os: fc.string(),
      architecture: fc.string(),
      rootfs: fc.jsonValue(),
      history: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const bytes = fc.oneof(
    fc.oneof(document, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      for (const parse of [parseManifest, parseIndex, parseImageConfig]) {
        try {
          parse(input, "a test");
        } catch (error) {
          expect(error).toMatchObject({ name: "CnbError", code: "IMAGE_INVALID" });
        }
      }
    }),
    { numRuns: 1000 },
  );
});
