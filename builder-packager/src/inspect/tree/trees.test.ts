import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { layerFromTar } from "../../oci/layers/layer.ts";
import { tarStream } from "../../tar/write.ts";
import { tinyEntry, tinyLayer } from "../testing/tiny-layers.ts";
import { diveFigures } from "./dive-figures.ts";
import { type LayerTree, readLayerTree, type TreeNode } from "./layer-tree.ts";
import { memberNames } from "./member-names.ts";
import { type MergedNode, mergedTree } from "./merged-tree.ts";
import { TreeBudget } from "./tree-budget.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trees-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const layerOf = (texts: string) => tinyLayer(texts, dir);

const treesOf = async (layers: readonly string[]): Promise<readonly LayerTree[]> =>
  Promise.all(layers.map(async (texts) => readLayerTree(await layerOf(texts))));

/** All paths below a node, with what `told` says of each. */
function paths<Node extends TreeNode | MergedNode>(
  node: Node,
  reported: (node: Node) => unknown,
  above = "",
): string[] {
  return [...(node.children ?? [])].flatMap(([name, child]) => [
    `${above}/${name} ${reported(child as Node)}`,
    ...paths(child as Node, reported, `${above}/${name}`),
  ]);
}

test.for<[string, readonly string[]]>([
  ["./usr//bin/.", ["usr", "bin"]],
  ["/a/../b", ["b"]],
  ["/../../etc/passwd", ["etc", "passwd"]],
  ["../etc", ["..", "etc"]],
  ["a/../../b", ["..", "b"]],
  ["constructor/__proto__", ["constructor", "__proto__"]],
])("the tar member name %j is split into %j", ([path, names]) => expect(memberNames(path)).toEqual(names));

test.for(["", "/", "./"])("the tar member name %j is that of the root, which has no parts", (path) =>
  expect(memberNames(path)).toEqual([]),
);

describe("the file tree of a layer", () => {
  test("has the entries of the tar and their parent directories, without whiteouts", async () => {
    const [tree] = await treesOf([
      "/a/ /a/b/c:5 /a/.wh.gone: /d/.wh..wh..opq: /d/.wh..wh.plnk: /e>x /f=a/b/c /a/b/c:7",
    ]);
    expect(tree && paths(tree.root, ({ entry, opaque }) => `${entry?.type}${opaque ? " opaque" : ""}`)).toEqual([
      "/a directory",
      "/a/b undefined",
      "/a/b/c file",
      "/a/.wh.gone file",
      "/d undefined opaque",
      "/e symlink",
      "/f hardlink",
    ]);
    expect({ ...tree, root: undefined }).toEqual({
      root: undefined,
      tarBytes: 8 * 512 + 2 * 512 + 1024,
      fileBytes: 12,
      files: 7,
      replaced: [{ names: ["a", "b", "c"], bytes: 5 }],
    });
  });

  test("has names that are not valid UTF-8", async () => {
    const tar: Buffer[] = [];
    for await (const chunk of tarStream(["/caf?:3", "/caf!:2"].map(tinyEntry))) tar.push(Buffer.from(chunk));
    const bytes = Buffer.concat(tar);
    // the checksum is the sum of all bytes: what one has more, another has less
    for (const [at, byte] of [
      [bytes.indexOf("?"), 0xe9],
      [bytes.indexOf("!"), 0xff],
    ] as const) {
      const header = at - 4;
      const sum = Number.parseInt(bytes.toString("latin1", header + 148, header + 154), 8) - (bytes[at] ?? 0) + byte;
      bytes[at] = byte;
      bytes.write(`${sum.toString(8).padStart(6, "0")}\0`, header + 148, "latin1");
    }
    const store = await openBlobStore(join(dir, "blobs"));
    const { root } = await readLayerTree(await layerFromTar(Readable.from([bytes]), store));
    expect(paths(root, ({ entry }) => entry?.size)).toEqual(["/caf\\xe9 3", "/caf\\xff 2"]);
  });

  test("compares contents on request", async () => {
    const { root } = await readLayerTree(await layerOf("/a:1 /b:2 /c:1"), { digests: true });
    const digests = ["a", "b", "c"].map((name) => root.children?.get(name)?.entry?.digest);
    expect(digests[0]).toBe("bjQLnP-zepicpUTmu3gKLHiQHT-zNzh2hRGjBhevoB0");
    expect(digests.map((digest) => digests.indexOf(digest))).toEqual([0, 1, 0]);
  });

  test.for<[string, string, number, RegExp]>([
    [
      "too many files",
      "/a/b/c:1",
      2,
      /^TAR_TOO_LARGE: layer sha256:\w+: the image cannot be inspected file by file: its layers have more than \d+ files, or names that are too long$/,
    ],
    [
      "a path that is too long",
      `/${"a/".repeat(2100)}b:1`,
      9999,
      /^TAR_UNSUPPORTED: layer sha256:\w+: the archive member "\/a\/a\/[a/]+…" has a path of 4202 bytes, more than 4095$/,
    ],
  ])("is refused for %s", async ([, texts, nodes, message]) => {
    const error = await readLayerTree(await layerOf(texts), { budget: new TreeBudget(nodes) }).catch((each) => each);
    expect(`${error.code}: ${error.message}`).toMatch(message);
  });
});

describe("wasted space in a container's file system", () => {
  test.for<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      "is the lower copy of a file in two layers",
      ["/a:10 /b:1", "/a:3"],
      ["/a 1:3", "/b 0:1"],
      ["/a 10 bytes of layers 0 by 1"],
    ],
    [
      "includes the lower copy of a file that grows in the upper layer",
      ["/a:3", "/a:10"],
      ["/a 1:10"],
      ["/a 3 bytes of layers 0 by 1"],
    ],
    [
      "includes a file that a later layer removes",
      ["/a:10 /b:1", "/.wh.a:0"],
      ["/b 0:1"],
      ["/a 10 bytes of layers 0 by 1"],
    ],
    [
      "includes a file that a later layer removes and recreates",
      ["/a:10", "/.wh.a:0 /a:2"],
      ["/a 1:2"],
      ["/a 10 bytes of layers 0 by 1"],
    ],
    [
      "includes the content of a directory that a later layer removes",
      ["/d/a:4 /d/e/b:5", "/.wh.d:0"],
      [],
      ["/d 9 bytes of layers 0 by 1"],
    ],
    [
      "includes the earlier content of a directory with an opaque whiteout",
      ["/d/a:4 /d/e/b:5", "/d/a:1 /d/.wh..wh..opq:0"],
      ["/d 0:dir", "/d/a 1:1"],
      ["/d/e 5 bytes of layers 0 by 1", "/d/a 4 bytes of layers 0 by 1"],
    ],
    [
      "includes the content of a directory replaced by a file",
      ["/d/a:4", "/d:1"],
      ["/d 1:1"],
      ["/d 4 bytes of layers 0 by 1"],
    ],
    [
      "includes a file replaced by a directory",
      ["/d:4", "/d/a:1"],
      ["/d 1:dir", "/d/a 1:1"],
      ["/d 4 bytes of layers 0 by 1"],
    ],
    ["is empty for a removed file with another hard link", ["/a:9 /b=/a", "/.wh.a:0"], ["/b 0:9"], []],
    [
      "includes a file of which all hard links are removed",
      ["/a:9 /b=a", "/.wh.a:0", "/b:0"],
      ["/b 2:0"],
      ["/b 9 bytes of layers 0 by 2"],
    ],
    [
      "is empty for dangling and circular hard links",
      ["/a=b /b=a /c=/d /d/ /e=/x"],
      ["/a 0:0", "/b 0:0", "/c 0:0", "/d 0:dir", "/e 0:0"],
      [],
    ],
    [
      "includes the first copy of a file that occurs twice in a tar",
      ["/a:9 /a:2"],
      ["/a 0:2"],
      ["/a 9 bytes of layers 0 by 0"],
    ],
    ["is empty for whiteouts of missing files", ["/a:1", "/.wh.b:0 /c/.wh.d:0 /.wh.:0"], ["/a 0:1", "/c 1:dir"], []],
    [
      "is found below paths with names of JavaScript object properties",
      ["/__proto__/a:1", "/constructor:2 /.wh.__proto__:0"],
      ["/constructor 1:2"],
      ["/__proto__ 1 bytes of layers 0 by 1"],
    ],
    [
      "includes the two lower copies of a file in three layers",
      ["/a:1", "/a:2", "/a:4"],
      ["/a 2:4"],
      ["/a 3 bytes of layers 0,1 by 2"],
    ],
  ])("%s", async ([, layers, seen, hidden]) => {
    const merged = mergedTree(await treesOf(layers));
    const reported = ({ layer, inode }: MergedNode) => `${layer}:${inode?.bytes ?? "dir"}`;
    expect(paths(merged.root, reported).sort()).toEqual(seen);
    expect(
      merged.hidden.map(
        ({ path, bytes, layers: of, hiddenBy }) => `${path} ${bytes} bytes of layers ${of} by ${hiddenBy}`,
      ),
    ).toEqual(hidden);
    const hiddenBytes = merged.hidden.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(merged.hiddenBytes.reduce((sum, bytes) => sum + bytes, 0)).toBe(hiddenBytes);
    expect(merged.visibleBytes).toBe(merged.fileBytes - hiddenBytes);
  });
});

describe("efficiency and wasted space are computed as by dive for", () => {
  test.for<[string, readonly string[], number, number, number, readonly string[]]>([
    ["no files", ["", ""], 1, 0, Number.NaN, []],
    ["no repeated files", ["/a:10", "/b:10"], 1, 0, 0, []],
    // (1 + 3) of 14; both copies are wasted, 13 of the 3 bytes of users
    ["a file in two layers", ["/a:10 /b:1", "/a:3"], 4 / 14, 13, 13 / 3, ["/a 2 13"]],
    // the whiteout has no bytes, and so the least
    ["a removed file", ["/a:10 /b:10", "/.wh.a:0"], 10 / 20, 10, Number.POSITIVE_INFINITY, ["/a 2 10"]],
    // the directory itself is no leaf below: its bytes count once more on both sides, and nothing is wasted
    ["a removed directory", ["/d/ /d/a:4 /d/b:6", "/.wh.d:0"], 1, 0, Number.NaN, []],
    ["a removed directory that is not in the tar itself", ["/d/a:4 /d/b:6", "/.wh.d:0 /c:10"], 1, 0, 0, []],
    ["an empty directory in two layers", ["/d/", "/d/ /a:1"], 1, 0, 0, ["/d 2 0"]],
    // after /.wh.b nothing of the second layer counts: not /c; and /b counts as -1 of 0
    ["a whiteout of a missing file", ["/a:1 /c:5", "/.wh.b:0 /c:5"], (1 + 5 - 1) / 6, 0, 0, []],
    ["a whiteout in the first layer", ["/a:7 /.wh.a:0", "/b:1"], 1 / 8, 7, 7, ["/a 2 7"]],
    // an opaque directory hides nothing for dive
    ["an opaque directory", ["/d/a:4", "/d/.wh..wh..opq:0 /d/b:4"], 1, 0, 0, []],
  ])("%s", async ([, layers, efficiency, wastedBytes, ratio, paths]) => {
    const figures = diveFigures(await treesOf(layers));
    expect(figures).toMatchObject({ efficiency, wastedBytes, userWastedRatio: ratio });
    expect(figures.paths.map(({ path, count, bytes }) => `${path} ${count} ${bytes}`)).toEqual(paths);
  });
});
