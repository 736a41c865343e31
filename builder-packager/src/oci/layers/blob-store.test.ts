import { existsSync } from "node:fs";
import { appendFile, chmod, lstat, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type Digest, hexOf } from "../model/digest.ts";
import { type BlobStore, openBlobStore } from "./blob-store.ts";
import { createLayer } from "./layer.ts";

let dir: string;
let store: BlobStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "libcnb-store-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  store = await openBlobStore(dir);
});

const made = (content = "content") =>
  createLayer([{ type: "file", path: "/a", mode: 0o644, uid: 0, gid: 0, content: Buffer.from(content) }], store);

const noteOf = (diffId: Digest) => join(dir, "diff-ids", `${hexOf(diffId)}.json`);

/** Another byte, and the same size. */
async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await chmod(file, 0o644);
  await writeFile(file, bytes);
}

const changes: readonly (readonly [string, (blob: string) => Promise<void>])[] = [
  ["was modified", flip],
  ["became longer", (blob) => chmod(blob, 0o644).then(() => appendFile(blob, "x"))],
  ["became a symbolic link", (blob) => rename(blob, `${blob}.moved`).then(() => symlink(`${blob}.moved`, blob))],
];

test.for(changes)("a blob in the store that %s is recreated", async ([, change]) => {
  const layer = await made();
  const blob = store.blobFile(layer.digest);
  const before = await readFile(blob);
  await change(blob);
  expect([await store.has(layer.digest, layer.size), await store.find(layer.diffId)]).toEqual([false, undefined]);

  expect(await made()).toMatchObject({ digest: layer.digest });
  expect([(await readFile(blob)).equals(before), (await lstat(blob)).isFile()]).toEqual([true, true]);
});

test("a blob that was copied or touched is verified once and then trusted", async () => {
  const { digest, size } = await made();
  const blob = store.blobFile(digest);
  const marked = (await lstat(blob)).mtimeMs;
  await utimes(blob, new Date(), new Date());
  expect([await store.has(digest, size), (await lstat(blob)).mtimeMs]).toEqual([true, marked]);
});

test("a metadata file in the blob store that refers to another layer's blob is ignored", async () => {
  const [layer, other] = [await made(), await made("other")];
  const { digest, size, mediaType } = other;
  await writeFile(noteOf(layer.diffId), JSON.stringify({ digest, size, mediaType }));
  expect(await store.find(layer.diffId)).toBeUndefined();
  expect(await made()).toMatchObject({ digest: layer.digest, diffId: layer.diffId });
  expect(await store.find(layer.diffId)).toMatchObject({ digest: layer.digest });
});

test("a metadata file in the blob store with an unknown media type is ignored", async () => {
  const { digest, size, diffId } = await made();
  await writeFile(noteOf(diffId), JSON.stringify({ digest, size, mediaType: "text/plain" }));
  expect(await store.find(diffId)).toBeUndefined();
});

test("a metadata file in the blob store that was copied with its blob is valid", async () => {
  const { digest, diffId } = await made();
  for (const file of [store.blobFile(digest), noteOf(diffId)]) await utimes(file, new Date(), new Date());
  expect(await store.find(diffId)).toMatchObject({ digest });
  expect(existsSync(noteOf(diffId))).toBe(true);
});
