import { expect, test } from "vitest";
import { canonicalPath, directory, type FileTree, put, symlink, textFile, treeEntries } from "./file-tree.ts";

const tree: FileTree = new Map([
  ["usr", directory(0o755)],
  ["usr/bin", directory(0o755)],
  ["bin", symlink("usr/bin")],
  ["abs", symlink("/usr")],
  ["up", symlink("../../../usr")],
  ["usr/back", symlink("../bin")],
  ["a", symlink("b")],
  ["b", symlink("a")],
]);

test.for<[string, "follow" | "keep", string]>([
  ["./bin/sh", "keep", "usr/bin/sh"],
  ["/bin", "keep", "bin"],
  ["/bin/", "keep", "bin"],
  ["/bin", "follow", "usr/bin"],
  ["abs/bin/x", "keep", "usr/bin/x"],
  ["up/x", "keep", "usr/x"],
  ["usr/back/x", "keep", "usr/bin/x"],
  ["../../etc/x", "keep", "etc/x"],
  ["new/deep/x", "keep", "new/deep/x"],
  ["", "follow", ""],
])(
  "the path %j in a file tree, with the option to %s a symbolic link at the end of the path, is resolved to %j",
  ([path, last, expected]) => {
    expect(canonicalPath(tree, path, last)).toBe(expected);
  },
);

test("a loop of symbolic links in a file tree is an error", () => {
  expect(() => canonicalPath(tree, "a/x", "keep")).toThrow("it leads through too many symbolic links");
});

test("entries of a file tree are sorted, and an upper layer contains only new entries", async () => {
  const below: FileTree = new Map();
  put(below, "a/b", textFile("1"));
  const above = new Map(below);
  put(above, "a.b", textFile("2"));
  put(above, "a/c", textFile("3"));
  const paths = (entries: Awaited<ReturnType<typeof treeEntries>>) => entries.map(({ path }) => path);
  expect(paths(await treeEntries(above))).toEqual(["a", "a/b", "a/c", "a.b"]);
  expect(paths(await treeEntries(above, { below }))).toEqual(["a/c", "a.b"]);
});
