// @needs root, xz
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { longestBlock } from "../../test/support/longest-block.ts";
import { type UnpackablePackage, unpackPackages } from "./base/packages/unpack.ts";
import { type FileTree, treeEntries } from "./base/tree/file-tree.ts";
import { extractImage } from "./oci/layers/extract.ts";
import { digestOf } from "./oci/model/digest.ts";
import type { Image, Layer } from "./oci/model/image.ts";
import { appendLayers, emptyImage } from "./oci/model/mutate.ts";
import { surveyTree } from "./platform/cache/tree-survey.ts";
import { copyTree, giveTree } from "./platform/rootfs/copy-tree.ts";
import { silentReporter } from "./reporter.ts";
import { unpackImage } from "./sandbox/unpack-image.ts";
import { decompress } from "./tar/compression.ts";
import { directoryEntries } from "./tar/directory.ts";
import { readTar } from "./tar/read.ts";
import { tarStream } from "./tar/write.ts";

/** Signals, timers and the watchdog of a command wait no longer than this, on a machine that has nothing else to do. */
const mostMs = 200;

const dir = mkdtempSync(join(tmpdir(), "cnb-turns-"));
const source = join(dir, "source");
const owner = { uid: 0, gid: 0 };
afterAll(() => rm(dir, { recursive: true, force: true }), 120_000);
beforeAll(() => {
  for (let count = 0; count < 50_000; count++) mkdirSync(join(source, `${count % 223}/${count}`), { recursive: true });
}, 120_000);

const entries = () => directoryEntries(source, { at: "/workspace", uid: 0, gid: 0 });

let bytes: Buffer;
beforeAll(async () => {
  bytes = await buffer(tarStream(await entries()));
}, 120_000);

function image(): Image {
  const digest = digestOf(bytes);
  const content = () =>
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / 2 ** 18) }, (_, part) =>
        bytes.subarray(part * 2 ** 18, (part + 1) * 2 ** 18),
      ),
    );
  const layer: Layer = {
    diffId: digest,
    digest,
    size: bytes.length,
    mediaType: "",
    compressed: content,
    uncompressed: content,
  };
  return appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
}

async function unpacked(): Promise<void> {
  await extractImage(image(), join(dir, "root"), { ownership: "keep" });
}

/** The 75,000 files of 300 Debian packages. */
const packages = Array.from({ length: 300 }, (_, number) => ({
  package: { name: `p${number}`, replaces: [] },
  control: "",
  controlFiles: new Map(),
  entries: Array.from({ length: 250 }, (_, file) => ({
    type: "file",
    path: `./usr/lib/p${number % 40}/d${number}/f${file}`,
    mode: 0o644,
    uid: 0,
    gid: 0,
    content: Buffer.from(`${number} ${file}`),
  })),
})) as unknown as readonly UnpackablePackage[];

async function based(): Promise<void> {
  const tree: FileTree = new Map();
  await unpackPackages(tree, packages);
  await treeEntries(tree);
}

/** An archive in memory gives no turns by itself. */
async function inMemory(): Promise<void> {
  await readTar(decompress(Readable.from([bytes])));
}

async function unxz(): Promise<void> {
  const { stdout } = spawnSync("xz", ["-1", "--stdout"], { input: Buffer.alloc(2 ** 26) });
  for await (const _ of decompress(Readable.from([stdout])));
}

test.for<[string, () => Promise<unknown>]>([
  ["copying", () => copyTree(source, join(dir, "copy"), { owner })],
  ["changing the owner", () => giveTree(source, owner)],
  ["scanning", () => surveyTree(source)],
  ["archiving", async () => buffer(tarStream(await entries()))],
  ["unpacking", unpacked],
  ["reading an archive in memory", inMemory],
  ["unpacking Debian packages", based],
  ["decompressing xz", unxz],
])(
  "%s (50,000 directories or 64 MiB) blocks the event loop for less than 200 ms",
  { timeout: 120_000 },
  async ([, work]) => {
    const { cpuMs } = await longestBlock(work);
    expect(cpuMs).toBeLessThan(mostMs);
  },
);

test.for<[string, (signal: AbortSignal, given: Image) => Promise<unknown>]>([
  ["copying", (signal) => copyTree(source, join(dir, "aborted-copy"), { signal })],
  ["changing the owner", (signal) => giveTree(source, owner, signal)],
  ["scanning", (signal) => surveyTree(source, signal)],
  ["listing", (signal) => directoryEntries(source, { at: "/workspace", uid: 0, gid: 0, signal })],
  ["unpacking", (signal, given) => extractImage(given, join(dir, "aborted-root"), { ownership: "keep", signal })],
  [
    "unpacking into the cache",
    (signal, given) => unpackImage(given, { cacheDir: join(dir, "cache"), reporter: silentReporter, signal }),
  ],
])("%s (50,000 directories) ends with the abort reason of the signal", { timeout: 120_000 }, async ([, work]) => {
  const given = image();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 30);
  await expect(work(controller.signal, given)).rejects.toThrow("enough");
  const kept = ["rootfs", "unpacked-layers"].map((name) => join(dir, "cache", name)).filter((name) => existsSync(name));
  expect(kept.flatMap((name) => readdirSync(name))).toEqual([]);
});
