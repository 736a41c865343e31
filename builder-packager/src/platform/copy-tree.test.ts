import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { copyTree } from "./copy-tree.ts";

const dir = mkdtempSync(join(tmpdir(), "copy-tree-"));
afterAll(() => rm(dir, { recursive: true, force: true }));
const bytes = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

test("names and links that no image can hold are refused together, before anything is copied", async () => {
  const source = join(dir, "foreign");
  mkdirSync(join(source, "sub"), { recursive: true });
  writeFileSync(join(source, "ordinary-ü"), "x");
  writeFileSync(bytes(`${source}/sub/caf`, 0xe9, "\\\n"), "x");
  symlinkSync(bytes("a", 0xff), join(source, "link"));
  await expect(copyTree(source, join(dir, "copy"))).rejects.toMatchObject({
    code: "APP_FILE_UNSUPPORTED",
    exitCode: 1,
    message: `${source} holds names that are not UTF-8: link -> a\\xff, sub/caf\\xe9\\x5c\\x0a`,
    hint: "Images hold UTF-8 names only: rename these, for example with convmv, or remove them.",
  });
  expect(existsSync(join(dir, "copy/ordinary-ü"))).toBe(false);
});

test("what is excluded stays behind, with all that is in it", async () => {
  const source = join(dir, "excluding");
  mkdirSync(join(source, "out/image"), { recursive: true });
  writeFileSync(join(source, "out/image/blob"), "x");
  writeFileSync(join(source, "out/kept"), "x");
  await copyTree(source, join(dir, "kept"), { isExcluded: (path) => path === "out/image" });
  expect(readdirSync(join(dir, "kept"), { recursive: true }).sort()).toEqual(["out", "out/kept"]);
});

test("folders of which nothing is copied are there where they are wanted", async () => {
  const source = join(dir, "sparse");
  for (const folder of ["kept/deep", "wanted", "gone/deep"]) mkdirSync(join(source, folder), { recursive: true });
  for (const file of ["kept/deep/yes", "kept/no", "gone/deep/no"]) writeFileSync(join(source, file), "x");
  await copyTree(source, join(dir, "chosen"), {
    isExcluded: (path, kind) => kind === "file" && !path.endsWith("yes"),
    keepsEmpty: (path) => path === "wanted",
  });
  expect(readdirSync(join(dir, "chosen"), { recursive: true }).sort()).toEqual([
    ...["kept", "kept/deep", "kept/deep/yes", "wanted"],
  ]);
});
