// @needs root
import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { longestBlock } from "../../test/support/longest-block.ts";
import { type FileTree, treeEntries } from "./base/file-tree.ts";
import { type UnpackablePackage, unpackPackages } from "./base/unpack.ts";
import { digestOf } from "./oci/digest.ts";
import { extractImage } from "./oci/extract.ts";
import type { Layer } from "./oci/image.ts";
import { appendLayers, emptyImage } from "./oci/mutate.ts";
import { copyTree, giveTree } from "./platform/copy-tree.ts";
import { surveyTree } from "./platform/tree-survey.ts";
import { directoryEntries } from "./tar/directory.ts";
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

async function unpacked(): Promise<void> {
  const bytes = await buffer(tarStream(await entries()));
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
  const image = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
  await extractImage(image, join(dir, "root"), { ownership: "keep" });
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
  treeEntries(tree);
}

test.for<[string, () => Promise<unknown>]>([
  ["copying", () => copyTree(source, join(dir, "copy"), { owner })],
  ["giving away", () => giveTree(source, owner)],
  ["surveying", () => surveyTree(source)],
  ["archiving", async () => buffer(tarStream(await entries()))],
  ["unpacking", unpacked],
  ["unpacking the packages of a base", based],
])("%s 50,000 directories blocks the event loop for less than 200 ms", { timeout: 120_000 }, async ([, work]) => {
  const { cpuMs } = await longestBlock(work);
  expect(cpuMs).toBeLessThan(mostMs);
});
