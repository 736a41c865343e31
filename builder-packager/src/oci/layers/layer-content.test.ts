import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tarStream } from "../../tar/write.ts";
import { readImage } from "../image-io.ts";
import { digestOf } from "../model/digest.ts";
import type { Layer } from "../model/image.ts";
import { appendLayers, emptyImage } from "../model/mutate.ts";
import { blobLayer } from "./blob-layer.ts";
import { extractImage } from "./extract.ts";
import { layerEntries } from "./layer-content.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-content-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const compressions = { none: (tar: Buffer) => tar, gzip: gzipSync, zstd: zstdCompressSync };
const content = randomBytes(300_000);
const tarOf = () =>
  buffer(
    tarStream([
      { type: "file", path: "a", mode: 0o644, uid: 0, gid: 0, content },
      { ...directory, path: "d" },
    ]),
  );
const directory = { type: "directory", mode: 0o755, uid: 0, gid: 0 } as const;

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536);
}

/** A layer of which `stored` is read, although `meant` was written. */
const layerOf = (meant: Buffer, stored: Buffer, tar: Buffer): Layer =>
  blobLayer({
    diffId: digestOf(tar),
    digest: digestOf(meant),
    size: meant.length,
    where: "the test",
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    open: () => chunksOf(stored),
  });

const readers = {
  "read into memory": (layer: Layer) => layerEntries(layer),
  unpacked: (layer: Layer) =>
    extractImage(appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]), join(dir, "root"), {
      ownership: "ignore",
    }),
};

describe.each(Object.keys(readers) as (keyof typeof readers)[])("a layer that is %s", (reader) => {
  test.for(
    (["none", "gzip", "zstd"] as const).flatMap((kind) =>
      [0, 2, 20, 260, 150_000, -1025, -3].map((location) => [kind, location] as const),
    ),
  )("with compression %s and a wrong byte at offset %i is reported as damaged", async ([kind, location]) => {
    const tar = await tarOf();
    const meant = compressions[kind](tar);
    const stored = Buffer.from(meant);
    const at = (location + stored.length) % stored.length;
    stored[at] = (stored[at] ?? 0) ^ 0xff;
    await expect(readers[reader](layerOf(meant, stored, tar))).rejects.toMatchObject({
      code: "BLOB_CORRUPT",
      message: expect.stringContaining(`blob ${digestOf(meant)} in the test is damaged: `),
      hint: "Remove the damaged image, and copy or build the image again.",
    });
  });

  test("and not a valid tar is reported with the layer's digest", async () => {
    const nonsense = Buffer.alloc(2048, "x");
    await expect(readers[reader](layerOf(nonsense, nonsense, nonsense))).rejects.toMatchObject({
      code: "TAR_INVALID",
      message: `layer ${digestOf(nonsense)}: the tar archive is damaged: the checksum of a member's header is wrong`,
      hint: "Fetch or build the archive again.",
    });
  });
});

test.for(["oci-archive", "docker-archive"] as const)("a damaged %s is reported with its file name", async (kind) => {
  const file = join(dir, "app.tar");
  const read = () => readImage({ kind, file });
  const hint = "Fetch or build the archive again.";
  writeFileSync(file, Buffer.alloc(2048, "x"));
  await expect(read()).rejects.toMatchObject({
    code: "TAR_INVALID",
    hint,
    message: `${kind}:${file}: the archive does not begin with a tar header`,
  });
  writeFileSync(file, gzipSync(Buffer.alloc(2048)).subarray(0, 20));
  await expect(read()).rejects.toMatchObject({
    code: "TAR_INVALID",
    hint,
    message: `${kind}:${file}: the gzip data of the archive or layer is damaged or truncated`,
  });
});

test("reading an image whose index.json is not JSON fails with a hint", async () => {
  mkdirSync(join(dir, "layout"));
  writeFileSync(join(dir, "layout/index.json"), "{");
  await expect(readImage({ kind: "oci", dir: join(dir, "layout") })).rejects.toMatchObject({
    code: "IMAGE_INVALID",
    hint: "Build the image again, or copy it again from its source.",
  });
});
