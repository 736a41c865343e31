// @needs processes
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TarEntry } from "../../tar/entry.ts";
import { hexOf } from "../model/digest.ts";
import { type BlobStore, openBlobStore } from "./blob-store.ts";
import { diffIdOf } from "./hashed-tar.ts";
import { createLayer, layerFromTar } from "./layer.ts";

let dir = "";
let store: BlobStore;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-layer-"));
  store = await openBlobStore(join(dir, "store"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const text = (path: string, content: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(content),
});
const sha256 = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

test("a layer without entries has the diff ID of pack's empty layer", async () => {
  expect(await diffIdOf([])).toBe("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");
});

test("a layer's digest and diff ID match its compressed and uncompressed bytes", async () => {
  const layer = await createLayer([text("/a", "content")], store);
  const blob = await buffer(layer.compressed());
  const tar = await buffer(layer.uncompressed());
  expect(layer).toMatchObject({
    digest: sha256(blob),
    size: blob.length,
    diffId: sha256(tar),
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  });
  expect(gunzipSync(blob).equals(tar)).toBe(true);
});

test("a layer is compressed as its store or its creator requests", async () => {
  const other = await openBlobStore(join(dir, "store"), { compression: "zstd" });
  const entries = [text("/a", "content")];
  const layers = [
    await createLayer(entries, store),
    await createLayer(entries, other),
    await createLayer(entries, other, { compression: "gzip" }),
    await createLayer(entries, store, { compression: "zstd", zstdLevel: 19 }),
  ];
  expect(layers.map(({ mediaType }) => mediaType.split("+")[1])).toEqual(["gzip", "zstd", "gzip", "zstd"]);
  expect(new Set(layers.map(({ diffId }) => diffId)).size).toBe(1);
  expect([layers[2]?.digest, layers[3]?.digest]).toEqual([layers[0]?.digest, layers[1]?.digest]);
  expect(sha256(await buffer((layers[1] as (typeof layers)[0]).uncompressed()))).toBe(layers[0]?.diffId);
});

test("a layer can be created from an existing tar, compressed or not", async () => {
  const made = await createLayer([text("/a", "content")], store);
  const plain = await buffer(made.uncompressed());
  for (const tar of [plain, gzipSync(plain), zstdCompressSync(plain)])
    expect(await layerFromTar(Readable.from([tar]), store)).toMatchObject({
      diffId: made.diffId,
      digest: made.digest,
      size: made.size,
      mediaType: made.mediaType,
    });
  const other = await layerFromTar(Readable.from([plain]), store, { compression: "zstd" });
  expect([other.diffId, other.mediaType]).toEqual([made.diffId, "application/vnd.oci.image.layer.v1.tar+zstd"]);
  const damaged = layerFromTar(Readable.from([gzipSync(plain).subarray(0, 30)]), store);
  await expect(damaged).rejects.toMatchObject({ code: "TAR_INVALID" });
});

test("a layer is compressed only once: later runs find it through its metadata file", async () => {
  const first = await createLayer([text("/a", "content")], store);
  const file = store.blobFile(first.digest);
  const { ino } = statSync(file);
  const second = await createLayer([text("/a", "content")], await openBlobStore(store.dir));
  expect(second).toMatchObject({ digest: first.digest, size: first.size, diffId: first.diffId });
  expect(statSync(file).ino).toBe(ino);
});

test("each compression level has its own metadata file, so an image does not depend on earlier compressions", async () => {
  const { diffId, digest } = await createLayer([text("/a", "content")], store);
  const fast = await openBlobStore(store.dir, { level: 1 });
  expect(await fast.find(diffId)).toBeUndefined();
  const other = await createLayer([text("/a", "content")], fast);
  expect(other.digest).not.toBe(digest);
  expect([(await fast.find(diffId))?.digest, (await store.find(diffId))?.digest]).toEqual([other.digest, digest]);
});

test("a layer is compressed again if its blob is truncated or its metadata file is damaged", async () => {
  const { digest, size, diffId } = await createLayer([text("/a", "content")], store);
  chmodSync(store.blobFile(digest), 0o644);
  truncateSync(store.blobFile(digest), 5);
  expect(await createLayer([text("/a", "content")], store)).toMatchObject({ digest, size });
  expect(statSync(store.blobFile(digest)).size).toBe(size);
  writeFileSync(join(store.dir, "diff-ids", `${hexOf(diffId)}.json`), '{"digest":"../../etc/passwd"');
  expect(await createLayer([text("/a", "content")], store)).toMatchObject({ digest, size });
});

test("reading a damaged blob from the store reports the blob's path", async () => {
  const layer = await createLayer([text("/a", "content")], store);
  const file = store.blobFile(layer.digest);
  const bytes = readFileSync(file);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
  await expect(buffer(layer.compressed())).rejects.toThrow(
    `blob ${layer.digest} in ${file} is damaged: its digest is ${sha256(bytes)}`,
  );
  writeFileSync(file, Buffer.concat([bytes, Buffer.from("x")]));
  await expect(buffer(layer.compressed())).rejects.toThrow(`is damaged: it is longer than ${layer.size} bytes`);
  writeFileSync(file, bytes.subarray(1));
  await expect(buffer(layer.compressed())).rejects.toThrow(
    `is damaged: it has ${layer.size - 1} bytes, not ${layer.size}`,
  );
});

test("creating a layer from a file that changes meanwhile fails and leaves no layer in the store", async () => {
  const file = join(dir, "big");
  writeFileSync(file, Buffer.alloc(8 * 1024 * 1024, 1));
  const entry: TarEntry = {
    type: "file",
    path: "/big",
    mode: 0o644,
    uid: 0,
    gid: 0,
    content: { file, size: 8 * 1024 * 1024 },
  };
  let pass = 0;
  // An entry that is asked for a second time finds its file changed: what another process would do in between.
  const entries = [
    text("/a", "x"),
    new Proxy(entry, {
      get(target, key) {
        if (key === "mode" && ++pass === 2) change(file);
        return Reflect.get(target, key);
      },
    }),
  ];
  await expect(createLayer(entries, store)).rejects.toThrow(`${file} changed while it was written to a layer`);
  expect(readdirSync(join(store.dir, "blobs/sha256"))).toEqual([]);
  expect(readdirSync(join(store.dir, "diff-ids"))).toEqual([]);
});

const change = (file: string) => writeFileSync(file, Buffer.alloc(8 * 1024 * 1024, 2));

test("processes that create the same layer at once get the same result", async () => {
  const program = `
    import { createLayer, openBlobStore } from ${JSON.stringify(new URL("../../api/oci.ts", import.meta.url).href)};
    const content = Buffer.from(Array.from({ length: 200000 }, (_, i) => i + "\\n").join(""));
    const store = await openBlobStore(${JSON.stringify(store.dir)});
    const layer = await createLayer([{ type: "file", path: "/a", mode: 0o644, uid: 0, gid: 0, content }], store);
    for await (const _ of layer.uncompressed());
    process.stdout.write(layer.digest);`;
  const run = async () => {
    const child = spawn(process.execPath, ["--conditions=@libcnb/source", "--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([buffer(child.stdout), once(child, "close")]);
    return [code, output.toString()];
  };
  const outcomes = await Promise.all([run(), run(), run()]);
  expect(outcomes).toEqual(Array(3).fill([0, outcomes[0]?.[1]]));
  expect(readdirSync(join(store.dir, "blobs/sha256"))).toHaveLength(1);
});

test("temporary files of a killed process are removed from the store after a day", async () => {
  const blobs = join(store.dir, "blobs/sha256");
  for (const name of [".blob.1-old.tmp", ".blob.2-new.tmp"]) writeFileSync(join(blobs, name), "");
  utimesSync(join(blobs, ".blob.1-old.tmp"), 1, 1);
  await openBlobStore(store.dir);
  expect(readdirSync(blobs)).toEqual([".blob.2-new.tmp"]);
});

test("a blob store that cannot be created is an error with the store's path", async () => {
  writeFileSync(join(dir, "file"), "");
  await expect(openBlobStore(join(dir, "file/store"))).rejects.toThrow(
    `cannot write ${join(dir, "file/store")}: a part of the path is not a directory`,
  );
});

test("GNU tar lists the tar of a layer with the same entries", async () => {
  const layer = await createLayer([text("/cnb/order.toml", "x")], store);
  const { stdout } = spawnSync("tar", ["-tPf", "-"], { input: await buffer(layer.uncompressed()), encoding: "utf8" });
  expect(stdout).toBe("/cnb/order.toml\n");
});
