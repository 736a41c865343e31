// @needs processes
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PackagingWorkspace, packagingWorkspace } from "../testing/packaging-workspace.ts";
import { filePattern } from "./file-patterns.ts";
import { includedFiles } from "./included-files.ts";

test.for<[string, readonly string[], readonly string[]]>([
  ["data", ["data", "data/a", "data/b/c"], ["dat", "data2", "x/data"]],
  ["data/", ["data", "data/a"], ["x/data"]],
  ["./data//a", ["data/a"], ["data"]],
  ["*.txt", ["a.txt", ".txt", "a.txt/b"], ["a/b.txt", "a.tx"]],
  ["data/*", ["data/a", "data/a/b", "data/.hidden"], ["data"]],
  ["**/*.json", ["a.json", "a/b.json", "a/b/c.json"], ["json", "a/b.js"]],
  ["a/**/z", ["a/z", "a/b/z", "a/b/c/z/y"], ["z", "b/z"]],
  ["a/**", ["a/b", "a/b/c"], ["a", "b"]],
  ["f?[0-9].js", ["fa1.js"], ["f1.js", "fab.js"]],
  ["[^a]x", ["bx"], ["ax"]],
  ["\\*\\!.txt", ["*!.txt"], ["a!.txt"]],
  ["é", ["é"], ["e"]],
])("the file pattern %j matches the paths %j but none of %j", ([text, matching, others]) => {
  const { matches } = filePattern(text);
  expect(matching.filter((path) => !matches(path))).toEqual([]);
  expect(others.filter((path) => matches(path))).toEqual([]);
});

describe("include-files in buildpack.toml", () => {
  let workspace: PackagingWorkspace;
  let dir: string;
  beforeAll(async () => {
    workspace = await packagingWorkspace();
    const names = ["a.txt", "b.md", "data/x.json", "data/y.txt", "data/old/z.json", "data/sub/w.json", "a b/ü.txt"];
    const others = ["node_modules/p/q.json", ".git/HEAD", "old.cnb", "layout/oci-layout", "layout/index.json"];
    dir = await workspace.folder("files", Object.fromEntries([...names, ...others].map((name) => [name, name])));
    await mkdir(join(dir, "hollow/deep"), { recursive: true });
    await mkdir(join(dir, "links"));
    await symlink("../a.txt", join(dir, "links/inside"));
    await symlink("../../elsewhere", join(dir, "links/outside"));
    await symlink("/etc/passwd", join(dir, "links/absolute"));
    await symlink("data", join(dir, "alias"));
    const other = await workspace.folder("other", { "shared/deep/s.txt": "s" });
    await symlink(join(other, "shared"), join(dir, "shared"));
  });
  afterAll(() => workspace.remove());

  const chosen = (list: readonly unknown[]) =>
    includedFiles(dir, { kind: "buildpack", metadata: { "include-files": list } as never, text: new Uint8Array() });

  test.for<[readonly string[], readonly string[]]>([
    [
      ["data/**/*.json", "!data/old"],
      ["data/sub/w.json", "data/x.json"],
    ],
    [
      ["data", "!data/*.txt", "!data/old/**", "data/old"],
      ["data", "data/old", "data/old/z.json", "data/sub", "data/sub/w.json", "data/x.json"],
    ],
    [
      ["*"],
      [
        "a b",
        "a b/ü.txt",
        "a.txt",
        "alias",
        "b.md",
        "data",
        "data/old",
        "data/old/z.json",
        "data/sub",
        "data/sub/w.json",
        "data/x.json",
        "data/y.txt",
        "hollow",
        "hollow/deep",
      ],
    ],
    [["node_modules/p"], ["node_modules/p", "node_modules/p/q.json"]],
    [["hollow"], ["hollow", "hollow/deep"]],
    [["a b/*.txt"], ["a b/ü.txt"]],
    [["alias"], ["alias"]],
    [["links/inside"], ["links/inside"]],
    // with a / behind its name a link is what it leads to
    [
      ["alias/", "!alias/*.txt", "!alias/old"],
      ["alias/sub", "alias/sub/w.json", "alias/x.json"],
    ],
    [["shared/"], ["shared/deep", "shared/deep/s.txt"]],
    [
      ["shared/deep", "shared/"],
      ["shared/deep", "shared/deep/s.txt"],
    ],
    [["a.txt", "a.txt", "a.txt/"], ["a.txt"]],
  ])("with the patterns %j selects exactly the files %j", async ([list, expected]) => {
    const all = list.includes("*") ? [...list, "!links", "!shared"] : list;
    expect((await chosen(all)).sort()).toEqual([...expected].sort());
  });

  test("with an empty list selects no files", async () => expect(await chosen([])).toEqual([]));

  test.for<[readonly unknown[], readonly string[]]>([
    [
      ["links"],
      [
        "metadata.include-files: the link links/absolute leads out of the directory, to /etc/passwd",
        "metadata.include-files: the link links/outside leads out of the directory, to ../../elsewhere",
      ],
    ],
    [["alias/x.json"], ['metadata.include-files[0]: there is no "alias/x.json"']],
    [
      ["nothing/**", "*.none"],
      [
        'metadata.include-files[0]: nothing matches "nothing/**"',
        'metadata.include-files[1]: nothing matches "*.none"',
      ],
    ],
    [
      ["!../x", "a/../../b", "/etc", "./"],
      ["!../x", "a/../../b", "/etc", "./"].map(
        (text, index) => `metadata.include-files[${index}]: ${JSON.stringify(text)} is not a path below the directory`,
      ),
    ],
    [
      ["[a", {}],
      ['metadata.include-files[0]: "[a" is not a pattern', "metadata.include-files[1]: expected a path"],
    ],
    [
      ["old.cnb", "layout", ".git"],
      ["old.cnb", "layout", ".git"].map(
        (text, index) => `metadata.include-files[${index}]: there is no ${JSON.stringify(text)}`,
      ),
    ],
  ])(
    "with the entries %j is refused, because each entry leads out of the directory, matches nothing or is not a pattern",
    async ([list, expected]) => {
      const error = await chosen(list).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(
        error?.message
          .split("\n")
          .slice(1)
          .map((line) => line.replace(`  ${dir}/buildpack.toml: `, ""))
          .sort(),
      ).toEqual(expected);
    },
  );
});
