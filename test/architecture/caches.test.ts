import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canWrite, movedCaches } from "../scripts/caches.mjs";

test.for<[string, NodeJS.ProcessEnv, readonly string[], readonly (readonly string[])[]]>([
  ["a writable home directory", { HOME: "/home/me" }, ["/home/me"], []],
  [
    "a read-only home directory",
    { HOME: "/home/me" },
    [],
    [
      ["LIBCNB_CACHE_DIR", "/home/me/.cache/libcnb", "/repo/dist/cache/LIBCNB_CACHE_DIR"],
      ["npm_config_cache", "/home/me/.npm", "/repo/dist/cache/npm_config_cache"],
    ],
  ],
  [
    "cache directories set by environment variables",
    { HOME: "/home/me", LIBCNB_CACHE_DIR: "/mnt/cnb", npm_config_cache: "/mnt/npm" },
    ["/mnt"],
    [],
  ],
  [
    "XDG_CACHE_HOME",
    { HOME: "/home/me", XDG_CACHE_HOME: "/mnt" },
    ["/mnt"],
    [["npm_config_cache", "/home/me/.npm", "/repo/dist/cache/npm_config_cache"]],
  ],
])("npm scripts of the repository select the expected cache directories with %s", ([, env, writable, expected]) => {
  const moved = movedCaches(env, "/repo", (dir) => writable.some((each) => dir.startsWith(each)));
  expect(moved.map(({ name, dir, to }) => [name, dir, to])).toEqual(expected);
});

test("a cache directory that can be created is treated as writable", () => {
  const dir = mkdtempSync(join(tmpdir(), "caches-"));
  try {
    expect(canWrite(join(dir, "not/yet"))).toBe(true);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
