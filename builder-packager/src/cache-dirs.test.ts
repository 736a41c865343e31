import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
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

test("without a home directory, the cache is a private temporary directory, created on the first write", () => {
  expect([cacheDir(homeless), lstatSync(folder(), { throwIfNoEntry: false })]).toEqual([folder(), undefined]);
  expect(cacheDir(homeless, "blobs")).toBe(join(folder(), "blobs"));
  expect(lstatSync(folder()).mode & 0o777).toBe(0o700);
});

test.for([
  ["writable by everybody", () => folderOf(0o777)],
  ["writable by its group", () => folderOf(0o770)],
  ["a symbolic link", () => symlinkSync(temporary, folder())],
  ["a regular file", () => writeFileSync(folder(), "")],
] as const)("without a home directory, the cache directory in TMPDIR is refused if it is %s", ([, make]) => {
  make();
  for (const names of [[], ["blobs"]])
    expect(() => cacheDir(homeless, ...names)).toThrow(
      expect.objectContaining({
        code: "OUTPUT_UNWRITABLE",
        message: `${folder()} cannot be the cache directory: other users can write to it, or it is not a directory of yours`,
        hint: "Set LIBCNB_CACHE_DIR to a directory that only you can write to.",
      }),
    );
});

test("cnb uses the directory in LIBCNB_CACHE_DIR even if other users can write to it", () => {
  chmodSync(temporary, 0o777);
  expect(cacheDir({ LIBCNB_CACHE_DIR: temporary }, "blobs")).toBe(join(temporary, "blobs"));
});

test.for([
  ["created in a directory with the setgid bit", 0o2755],
  ["that an earlier version created with the setgid bit", 0o2755, 0o2700],
  ["with the setgid bit that the sandbox's group can traverse", 0o755, 0o2710, 0o710],
] as const)(
  "a cache directory %s loses the bit, and its subdirectories do not inherit it",
  ([, root, earlier, expected = 0o700]) => {
    chmodSync(temporary, root);
    const work = join(temporary, "work");
    if (earlier !== undefined) {
      mkdirSync(work);
      chmodSync(work, earlier);
    }
    cacheDir({ LIBCNB_CACHE_DIR: temporary }, "work");
    mkdirSync(join(work, "layers"));
    expect([lstatSync(work).mode & 0o7777, lstatSync(join(work, "layers")).mode & 0o7000]).toEqual([expected, 0]);
  },
);

test("a relative HOME is resolved in the current directory, and a relative XDG_CACHE_HOME is ignored", () => {
  const home = join(process.cwd(), "a/home");
  expect(cacheDir({ HOME: "a/home" })).toBe(join(home, ".cache/libcnb"));
  expect(cacheDir({ HOME: "a/home", XDG_CACHE_HOME: "caches" })).toBe(join(home, ".cache/libcnb"));
});

describe("an existing directory in LIBCNB_CACHE_DIR", () => {
  const make = (...names: readonly string[]) => {
    for (const name of names) mkdirSync(join(temporary, name), { recursive: true, mode: 0o755 });
    return { LIBCNB_CACHE_DIR: temporary };
  };

  test.for(["work", "builds", "run", "downloads"])(
    "is refused if it contains unrelated files and a directory with the name %s",
    (taken) => {
      const env = make(taken, "photos");
      for (const names of [[], ["blobs"], [taken]])
        expect(() => cacheDir(env, ...names)).toThrow(
          expect.objectContaining({
            code: "OUTPUT_UNWRITABLE",
            message: `${temporary} cannot be the cache directory: it contains photos, which cnb did not create, and the directory ${taken}, from which cnb would remove files`,
            hint: `Set LIBCNB_CACHE_DIR to a directory only for this cache, such as ${temporary}/libcnb.`,
          }),
        );
      expect([readdirSync(temporary).sort(), lstatSync(join(temporary, taken)).mode & 0o777]).toEqual([
        ["photos", taken].sort(),
        0o755,
      ]);
    },
  );

  test.for([
    ["it contains unrelated files, but no entry with a name that cnb uses", ["photos"]],
    ["an earlier version of cnb used it", ["photos", "work", "running"]],
    [
      "it contains only entries with names that cnb or a file system uses",
      ["work", "blobs", "lost+found", ".snapshot"],
    ],
  ] as const)("is accepted if %s", ([, names]) => {
    expect(cacheDir(make(...names), "blobs")).toBe(join(temporary, "blobs"));
    // Another process finds it marked.
    vi.resetModules();
    make("photos", "work");
    return expect(
      import("./cache-dirs.ts").then((fresh) => fresh.cacheDir({ LIBCNB_CACHE_DIR: temporary }, "builds")),
    ).resolves.toBe(join(temporary, "builds"));
  });
});
