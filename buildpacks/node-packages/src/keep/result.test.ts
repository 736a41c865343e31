// @needs root
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BuildInputs } from "./build-key.ts";
import { fingerprintsOf, listTree } from "./listing.ts";
import { isIntact, packFiles, unpack, writePack } from "./pack.ts";
import { fileChanges, firstChanges, readInstalled, rebuildReason, resultOf, saveResult } from "./result.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "libcnb-result-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An app in a directory of its own. */
function makeApp(name: string): string {
  const dir = join(root, name);
  mkdirSync(join(dir, "src"), { recursive: true });
  writeFileSync(join(dir, "src/run.sh"), "run", { mode: 0o644 });
  writeFileSync(join(dir, "src/big.bin"), Buffer.alloc(9_000_001, "x"), { mode: 0o640 });
  writeFileSync(join(dir, "__proto__"), "a name like any other");
  symlinkSync("run.sh", join(dir, "src/link"));
  return dir;
}

const fingerprints = (dir: string) => fingerprintsOf(dir, listTree(dir));

test.for<[string, (dir: string) => void]>([
  ["no changes", () => {}],
  ["other permissions of a file", (dir) => chmodSync(join(dir, "src/run.sh"), 0o755)],
  ["other permissions of a directory", (dir) => chmodSync(join(dir, "src"), 0o750)],
  [
    "permissions that a umask would remove",
    (dir) => writeFileSync(join(dir, "open"), "") ?? chmodSync(join(dir, "open"), 0o666),
  ],
  [
    "a read-only directory",
    (dir) =>
      mkdirSync(join(dir, "out")) ?? writeFileSync(join(dir, "out/a"), "a") ?? chmodSync(join(dir, "out"), 0o555),
  ],
  [
    "a large and an empty file",
    (dir) => writeFileSync(join(dir, "large"), Buffer.alloc(8_388_609, "y")) ?? writeFileSync(join(dir, "none"), ""),
  ],
  ["a file in place of a link", (dir) => rmSync(join(dir, "src/link")) ?? writeFileSync(join(dir, "src/link"), "file")],
  [
    "a link in place of a directory",
    (dir) => rmSync(join(dir, "src"), { recursive: true }) ?? symlinkSync("/nowhere", join(dir, "src")),
  ],
  ["an emptied directory", (dir) => rmSync(dir, { recursive: true }) ?? mkdirSync(dir)],
])("the cached result of the build scripts is restored with %s", ([, work]) => {
  const [built, other, layer] = [makeApp("built"), makeApp("other"), join(root, "layer")];
  const before = fingerprints(built);
  work(built);
  const after = fingerprints(built);
  const { removed, written } = resultOf(before, listTree(built), ({ path }) => after.get(path));
  mkdirSync(layer);
  writePack(built, written, layer, removed);
  expect(isIntact(layer)).toBe(true);
  unpack(layer, other);
  expect([...fingerprints(other)]).toEqual([...after]);
});

test.for<[string, (layer: string) => void]>([
  ["a changed byte", (layer) => writeFileSync(join(layer, packFiles.contents), "tEst")],
  ["truncated contents", (layer) => truncateSync(join(layer, packFiles.contents), 3)],
  [
    "a changed path",
    (layer) =>
      writeFileSync(
        join(layer, packFiles.index),
        readFileSync(join(layer, packFiles.index), "utf8").replace("file.txt", "../f.txt"),
      ),
  ],
  ["a truncated index", (layer) => truncateSync(join(layer, packFiles.index), 40)],
  ["a missing index", (layer) => rmSync(join(layer, packFiles.index))],
  ["missing contents", (layer) => rmSync(join(layer, packFiles.contents))],
])("%s in the packed files of a cached result is detected as damage", ([, damage]) => {
  const [dir, layer] = [join(root, "dir"), join(root, "layer")];
  for (const each of [dir, layer]) mkdirSync(each);
  writeFileSync(join(dir, "file.txt"), "test");
  writePack(dir, listTree(dir), layer);
  expect(isIntact(layer)).toBe(true);
  damage(layer);
  expect(isIntact(layer)).toBe(false);
});

test("a cached result with damaged metadata is not used", () => {
  const [app, layer] = [makeApp("app"), join(root, "layer")];
  const inputs = { files: fingerprints(app) } as unknown as BuildInputs;
  const made = { packages: [], slices: [["node_modules"]], launchEnv: {} };
  mkdirSync(layer);
  saveResult(app, inputs, made, layer);
  expect([rebuildReason(layer, inputs, false), readInstalled(layer)]).toEqual([undefined, made]);
  const file = join(layer, "made.json");
  const text = readFileSync(file, "utf8");
  for (const damaged of [text.replace("node_modules", "node_nodules"), text.slice(0, -9), ""]) {
    writeFileSync(file, damaged);
    expect(rebuildReason(layer, inputs, false)).toBe("damaged");
  }
});

test.for<[string, Record<string, string>, string]>([
  ["changed contents of a file", { a: "file 644 2", b: "file 644 1" }, "a changed"],
  ["changed permissions of a file", { a: "file 755 1", b: "file 644 1" }, "permissions of a changed"],
  ["a file that became a directory", { a: "directory 755", b: "file 644 1" }, "a changed"],
  ["a new and a removed file", { b: "file 644 1", c: "link 1" }, "a removed, c added"],
  [
    "three of five changed files and the number of the other changes",
    { c: "1", d: "1", e: "1" },
    "a removed, b removed, c added, and 2 more",
  ],
])("the log reports %s as changes of the app since the cached build", ([, after, expected]) => {
  const before = new Map([
    ["a", "file 644 1"],
    ["b", "file 644 1"],
  ]);
  expect(firstChanges(fileChanges(before, new Map(Object.entries(after))))).toBe(expected);
});
