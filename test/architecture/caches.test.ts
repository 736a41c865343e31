import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canWrite, movedCaches } from "../scripts/caches.mjs";

test.for<[string, NodeJS.ProcessEnv, readonly string[], readonly (readonly string[])[]]>([
  ["a home directory that can be written", { HOME: "/home/me" }, ["/home/me"], []],
  [
    "a home directory that cannot be written",
    { HOME: "/home/me" },
    [],
    [
      ["LIBCNB_CACHE_DIR", "/home/me/.cache/libcnb", "/repo/dist/cache/LIBCNB_CACHE_DIR"],
      ["npm_config_cache", "/home/me/.npm", "/repo/dist/cache/npm_config_cache"],
    ],
  ],
  ["caches elsewhere", { HOME: "/home/me", LIBCNB_CACHE_DIR: "/mnt/cnb", npm_config_cache: "/mnt/npm" }, ["/mnt"], []],
  [
    "an XDG directory elsewhere",
    { HOME: "/home/me", XDG_CACHE_HOME: "/mnt" },
    ["/mnt"],
    [["npm_config_cache", "/home/me/.npm", "/repo/dist/cache/npm_config_cache"]],
  ],
])("the npm scripts keep caches in the checkout if necessary: %s", ([, env, writable, expected]) => {
  const moved = movedCaches(env, "/repo", (dir) => writable.some((each) => dir.startsWith(each)));
  expect(moved.map(({ name, dir, to }) => [name, dir, to])).toEqual(expected);
});

test("a directory is writable if it can be created", () => {
  const dir = mkdtempSync(join(tmpdir(), "caches-"));
  try {
    expect(canWrite(join(dir, "not/yet"))).toBe(true);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
