import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Layer } from "../../oci/model/image.ts";
import { appendLayers, emptyImage } from "../../oci/model/mutate.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { directory } from "./file-tree.ts";
import { treeOfImage } from "./image-tree.ts";
import { LayeredTree } from "./layered-tree.ts";

const attributes = { mode: 0o755, uid: 0, gid: 0 };
const folder = (path: string): TarEntry => ({ ...attributes, type: "directory", path });
const file = (path: string): TarEntry => ({ ...attributes, type: "file", path, content: Buffer.from(path) });
const link = (path: string, target: string): TarEntry => ({ ...attributes, type: "symlink", path, target });

/** The paths of an image of these layers. */
async function pathsOf(...layers: readonly (readonly TarEntry[])[]): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), "cnb-image-tree-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const store = await openBlobStore(dir);
  const made: Layer[] = [];
  for (const entries of layers) made.push(await createLayer([...entries], store, { level: 1 }));
  const image = appendLayers(
    emptyImage({ os: "linux", architecture: "amd64" }),
    made.map((layer) => ({ layer })),
  );
  return [...(await treeOfImage(image)).keys()].sort();
}

test.for<[string, TarEntry[], TarEntry[], string[]]>([
  ["a whiteout removes a file", [file("a/b"), file("a/c")], [file("a/.wh.b")], ["a", "a/c"]],
  ["a whiteout removes a directory", [file("a/b/c"), file("ab")], [file(".wh.a")], ["ab"]],
  ["an opaque whiteout empties a directory", [file("a/b/c"), file("ab")], [file("a/.wh..wh..opq")], ["a", "ab"]],
  ["an opaque whiteout at the root empties the tree", [file("a/b")], [file(".wh..wh..opq"), file("c")], ["c"]],
  [
    "an opaque whiteout keeps entries from its own layer",
    [file("a/b/c"), file("a/d")],
    [file("a/b/new"), file("a/.wh..wh..opq")],
    ["a", "a/b", "a/b/new"],
  ],
  ["a file replaces a directory and its contents", [file("a/b/c")], [file("a")], ["a"]],
  ["a directory keeps the contents of the same directory in a lower layer", [file("a/b")], [folder("a")], ["a", "a/b"]],
  [
    "a whiteout is resolved through symbolic links",
    [file("usr/bin/x"), link("bin", "usr/bin")],
    [file("bin/.wh.x")],
    ["bin", "usr", "usr/bin"],
  ],
  ["a removed directory can be recreated", [file("a/b")], [file(".wh.a"), file("a/c")], ["a", "a/c"]],
])("in the file tree of an image, %s", async ([, lower, upper, expected]) => {
  expect(await pathsOf(lower, upper)).toEqual(expected);
});

test("applying 100,000 whiteouts of directories takes linear time", () => {
  const tree = new LayeredTree();
  const names = Array.from({ length: 100_000 }, (_, index) => `d${index}`);
  const before = process.cpuUsage();
  for (const name of names) tree.put(`${name}/x`, directory(0o755));
  tree.beginLayer();
  for (const name of names) tree.remove(name);
  expect(tree.files.size).toBe(0);
  expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(10);
});
