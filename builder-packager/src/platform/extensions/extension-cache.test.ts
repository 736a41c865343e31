// @needs processes
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerfileFacts } from "libcnb/internal";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BlobStore, openBlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Image } from "../../oci/model/image.ts";
import { appendLayers, emptyImage, withConfig } from "../../oci/model/mutate.ts";
import { extensionKey, findExtended, keepExtended } from "./extension-cache.ts";
import type { GeneratedDockerfile } from "./generated.ts";

let dir: string;
let store: BlobStore;
let base: Image;
let extended: Image;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "extension-cache-"));
  store = await openBlobStore(join(dir, "blobs"));
  base = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer: await layerOf("base") }]);
  extended = withConfig(appendLayers(base, [{ layer: await layerOf("own") }]), { User: "1000" });
  await mkdir(join(dir, "context"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const layerOf = (text: string) =>
  createLayer([{ type: "file", path: text, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text) }], store);

const dockerfile = (lines: string, more: Partial<GeneratedDockerfile> = {}): GeneratedDockerfile => {
  const text = `ARG base_image\nFROM ${["$", "{base_image}"].join("")}\n${lines}\n`;
  const extension = { id: "acme/apt", version: "1", extension: true };
  return { extension, kind: "run", text, facts: dockerfileFacts(text), args: {}, context: dir, ...more };
};

test("a cached extension image is reused until it is 14 days old or a layer is missing", async () => {
  const kept = join(dir, "kept");
  await keepExtended(kept, "key", base, extended);
  const find = () => findExtended(kept, "key", base, store);
  const found = await find();
  expect(found?.config).toEqual(extended.config);
  expect(found?.layers.map(({ digest }) => digest)).toEqual(extended.layers.map(({ digest }) => digest));
  const file = join(kept, "key.json");
  const json = JSON.parse(await readFile(file, "utf8"));
  const days = (count: number) => ({ ...json, madeMs: Date.now() - count * 24 * 60 * 60 * 1000 });
  await writeFile(file, JSON.stringify(days(13.9)));
  expect(await find()).toBeDefined();
  await writeFile(file, JSON.stringify(days(14.1)));
  expect(await find()).toBe(undefined);
  for (const damaged of [days(-1), { ...json, config: {} }, { ...json, layers: [] }]) {
    await writeFile(file, JSON.stringify(damaged));
    expect(await find()).toBe(undefined);
  }
  await writeFile(file, "{");
  expect(await find()).toBe(undefined);
  await keepExtended(kept, "key", base, extended);
  await rm(store.blobFile(extended.layers.at(-1)?.digest ?? "sha256:"));
  expect(await find()).toBe(undefined);
  expect(await readdir(kept)).toEqual(["key.json"]);
});

test.for<[string, () => readonly [Image, GeneratedDockerfile], boolean]>([
  ["is the same for equal inputs", () => [base, dockerfile("RUN x")], true],
  ["differs for another command", () => [base, dockerfile("RUN y")], false],
  ["differs for another build argument", () => [base, dockerfile("RUN x", { args: { a: "b" } })], false],
  ["differs for another base image", () => [extended, dockerfile("RUN x")], false],
  [
    "differs for another extension",
    () => [base, dockerfile("RUN x", { extension: { id: "acme/other", version: "1" } })],
    false,
  ],
  [
    "does not depend on a context from which nothing is copied",
    () => [base, dockerfile("RUN x", { context: join(dir, "no") })],
    true,
  ],
])("the cache key of an extension image %s", async ([, given, expected]) => {
  const key = await extensionKey(base, dockerfile("RUN x"), store);
  expect((await extensionKey(...given(), store)) === key).toBe(expected);
});

test("the cache key of an extension image includes context files that its Dockerfile copies", async () => {
  const key = () => extensionKey(base, dockerfile("COPY file /", { context: join(dir, "context") }), store);
  await writeFile(join(dir, "context/file"), "1");
  const before = await key();
  expect(await key()).toBe(before);
  await writeFile(join(dir, "context/file"), "2");
  expect(await key()).not.toBe(before);
});

test("a build context that cannot be copied is an error of the extension", async () => {
  const context = await mkdtemp(join(dir, "pipe-"));
  execFileSync("mkfifo", [join(context, "pipe")]);
  const key = extensionKey(base, dockerfile("COPY pipe /", { context }), store);
  await expect(key).rejects.toMatchObject({
    code: "EXTENSION_OUTPUT_INVALID",
    message: "the context of the run.Dockerfile of extension acme/apt@1 cannot be copied",
  });
});
