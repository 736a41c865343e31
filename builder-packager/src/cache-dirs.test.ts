import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { cacheDir } from "./cache-dirs.ts";

let temporary: string;
/** A user without a home. */
const homeless = { HOME: "/" };
const folder = () => join(temporary, `libcnb-${process.getuid?.()}`);

function folderOf(mode: number): void {
  mkdirSync(folder());
  chmodSync(folder(), mode); // whatever the umask
}

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "cache-dirs-"));
  vi.stubEnv("TMPDIR", temporary);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true, force: true });
  });
});

test("without a home it is a folder of the user alone, made when something goes into it", () => {
  expect([cacheDir(homeless), lstatSync(folder(), { throwIfNoEntry: false })]).toEqual([folder(), undefined]);
  expect(cacheDir(homeless, "blobs")).toBe(join(folder(), "blobs"));
  expect(lstatSync(folder()).mode & 0o777).toBe(0o700);
});

test.for([
  ["that anybody may write into", () => folderOf(0o777)],
  ["that its group may write into", () => folderOf(0o770)],
  ["that is a link to a place of somebody else's choice", () => symlinkSync(temporary, folder())],
  ["that is a file", () => writeFileSync(folder(), "")],
] as const)("a folder %s is no cache", ([, make]) => {
  make();
  for (const names of [[], ["blobs"]])
    expect(() => cacheDir(homeless, ...names)).toThrow(
      expect.objectContaining({
        code: "OUTPUT_UNWRITABLE",
        message: `the cache cannot be at ${folder()}: somebody else may write there`,
        hint: "Set LIBCNB_CACHE_DIR to a folder that only you can write.",
      }),
    );
});

test("a cache that was asked for is taken as it is", () => {
  chmodSync(temporary, 0o777);
  expect(cacheDir({ LIBCNB_CACHE_DIR: temporary }, "blobs")).toBe(join(temporary, "blobs"));
});
