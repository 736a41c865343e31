import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDirectories } from "../cache-dirs.ts";
import { entryDirs } from "./entries.ts";

const src = join(import.meta.dirname, "..");

/** Directories that hold nothing but what a running command removes itself. */
const ofCommands = ["work", "engine"];

test("pruning covers every cache directory that commands create", () => {
  const files = globSync("**/*.ts", { cwd: src }).filter((file) => !/\.test\.ts$|testing\//.test(file));
  const calls = files.flatMap((file) => [
    ...readFileSync(join(src, file), "utf8").matchAll(/\bcacheDir\(\s*[\w.]+,\s*"([^"]+)"/g),
  ]);
  const made = new Set(calls.map(([, name = ""]) => name));
  expect(made.size).toBeGreaterThan(10);
  const looked = [...ofCommands, ...entryDirs.map((dir) => dir.split("/")[0])];
  expect([...made].filter((name) => !looked.includes(name))).toEqual([]);
});

test("a directory with unrelated files is refused as a cache if pruning would empty one of its directories", () => {
  for (const dir of entryDirs) expect(cacheDirectories).toContain(dir.split("/")[0]);
});
