import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toolCache } from "./tool-cache.ts";

test.for<readonly [string, readonly string[], readonly string[], readonly string[]]>([
  ["is kept if the cache is not larger than its limit", ["a", "sub/b"], ["a", "link", "sub"], []],
  [
    "is emptied if the cache is larger than its limit",
    ["a", "sub/b", "sub/deep/c"],
    [],
    ["The cache of Maven is larger than 20 B: the buildpack empties it"],
  ],
])("a tool's cache %s", ([, files, left, said]) => {
  const dir = mkdtempSync(join(tmpdir(), "tool-cache-"));
  mkdirSync(join(dir, "sub/deep"), { recursive: true });
  // What a link leads to is not in it.
  symlinkSync("/usr", join(dir, "link"));
  for (const name of files) writeFileSync(join(dir, name), "0123456789");
  const lines: string[] = [];
  const cache = toolCache(dir, { title: "Maven", bytes: 20, words: "20 B" }, { info: (line) => void lines.push(line) });
  cache.trim();
  expect([readdirSync(dir).toSorted(), lines]).toEqual([left, said]);
  rmSync(dir, { recursive: true });
});
