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
import { fileChanges, firstChanges, resultOf } from "./file-changes.ts";
import { fingerprintsOf, listTree } from "./listing.ts";
import { isIntact, packFiles, writePack } from "./pack.ts";
import { readInstalled, rebuildReason, saveResult } from "./result.ts";
import { unpack } from "./unpack.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "libcnb-result-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An app in a folder of its own. */
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
  ["nothing", () => {}],
  ["other permissions", (dir) => chmodSync(join(dir, "src/run.sh"), 0o755)],
  ["other permissions of a folder", (dir) => chmodSync(join(dir, "src"), 0o750)],
  [
    "permissions that a umask would take away",
    (dir) => writeFileSync(join(dir, "open"), "") ?? chmodSync(join(dir, "open"), 0o666),
  ],
  [
    "a folder that nobody may write",
    (dir) =>
      mkdirSync(join(dir, "out")) ?? writeFileSync(join(dir, "out/a"), "a") ?? chmodSync(join(dir, "out"), 0o555),
  ],
  [
    "files large and empty",
    (dir) => writeFileSync(join(dir, "large"), Buffer.alloc(8_388_609, "y")) ?? writeFileSync(join(dir, "none"), ""),
  ],
  ["a file for a link", (dir) => rmSync(join(dir, "src/link")) ?? writeFileSync(join(dir, "src/link"), "file")],
  [
    "a link for a folder",
    (dir) => rmSync(join(dir, "src"), { recursive: true }) ?? symlinkSync("/nowhere", join(dir, "src")),
  ],
  ["all gone", (dir) => rmSync(dir, { recursive: true }) ?? mkdirSync(dir)],
])("the result of a build is restored: %s", ([, work]) => {
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
  ["a byte", (layer) => writeFileSync(join(layer, packFiles.contents), "tEst")],
  ["the end", (layer) => truncateSync(join(layer, packFiles.contents), 3)],
  [
    "a path",
    (layer) =>
      writeFileSync(
        join(layer, packFiles.index),
        readFileSync(join(layer, packFiles.index), "utf8").replace("file.txt", "../f.txt"),
      ),
  ],
  ["half of the list", (layer) => truncateSync(join(layer, packFiles.index), 40)],
  ["the list", (layer) => rmSync(join(layer, packFiles.index))],
  ["the contents", (layer) => rmSync(join(layer, packFiles.contents))],
])("a pack is damaged without %s", ([, damage]) => {
  const [dir, layer] = [join(root, "dir"), join(root, "layer")];
  for (const each of [dir, layer]) mkdirSync(each);
  writeFileSync(join(dir, "file.txt"), "test");
  writePack(dir, listTree(dir), layer);
  expect(isIntact(layer)).toBe(true);
  damage(layer);
  expect(isIntact(layer)).toBe(false);
});

test("a result with damaged metadata is not used", () => {
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
  ["contents", { a: "file 644 2", b: "file 644 1" }, "a changed"],
  ["permissions", { a: "file 755 1", b: "file 644 1" }, "a has other permissions"],
  ["kind", { a: "directory 755", b: "file 644 1" }, "a changed"],
  ["a new file and one that is gone", { b: "file 644 1", c: "link 1" }, "a is gone, c is new"],
  ["many files", { c: "1", d: "1", e: "1" }, "a is gone, b is gone, c is new, and 2 more"],
])("the log reports a change: %s", ([, after, expected]) => {
  const before = new Map([
    ["a", "file 644 1"],
    ["b", "file 644 1"],
  ]);
  expect(firstChanges(fileChanges(before, new Map(Object.entries(after))))).toBe(expected);
});
