import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { linkTarget, namesIn, onDisk } from "../../files/file-name.ts";
import { copyTree } from "./copy-tree.ts";

const dir = mkdtempSync(join(tmpdir(), "copy-tree-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

test("copying a directory tree keeps the bytes of file names and link targets", async () => {
  const [source, copy] = [join(dir, "bytes"), join(dir, "bytes-copy")];
  mkdirSync(onDisk(join(source, "sub\udcff")), { recursive: true });
  writeFileSync(onDisk(join(source, "sub\udcff/caf\udce9\\\n")), "x");
  writeFileSync(join(source, "\uFFFD"), "y");
  symlinkSync(onDisk("a\udcff"), onDisk(join(source, "link\udce8")));
  const seen: string[] = [];
  await copyTree(source, copy, { isExcluded: (path) => seen.push(path) < 0 });
  expect(seen.sort()).toEqual(["link\udce8", "sub\udcff", "sub\udcff/caf\udce9\\\n", "\uFFFD"]);
  expect(namesIn(copy).sort()).toEqual(["link\udce8", "sub\udcff", "\uFFFD"]);
  expect(readFileSync(onDisk(join(copy, "sub\udcff/caf\udce9\\\n")), "utf8")).toBe("x");
  expect(linkTarget(join(copy, "link\udce8"))).toBe("a\udcff");
});

test("copying a directory tree leaves out excluded directories with their contents", async () => {
  const source = join(dir, "excluding");
  mkdirSync(join(source, "out/image"), { recursive: true });
  writeFileSync(join(source, "out/image/blob"), "x");
  writeFileSync(join(source, "out/kept"), "x");
  await copyTree(source, join(dir, "kept"), { isExcluded: (path) => path === "out/image" });
  expect(readdirSync(join(dir, "kept"), { recursive: true }).sort()).toEqual(["out", "out/kept"]);
});

test("copying a directory tree creates requested directories even if nothing is copied into them", async () => {
  const source = join(dir, "sparse");
  for (const folder of ["kept/deep", "wanted", "gone/deep"]) mkdirSync(join(source, folder), { recursive: true });
  for (const file of ["kept/deep/yes", "kept/no", "gone/deep/no"]) writeFileSync(join(source, file), "x");
  await copyTree(source, join(dir, "chosen"), {
    isExcluded: (path, kind) => kind === "file" && !path.endsWith("yes"),
    keepsEmpty: (path) => path === "wanted",
  });
  expect(readdirSync(join(dir, "chosen"), { recursive: true }).sort()).toEqual([
    "kept",
    "kept/deep",
    "kept/deep/yes",
    "wanted",
  ]);
});
