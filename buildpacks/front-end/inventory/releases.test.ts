import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command, withReleases } from "./releases.ts";

const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../..", name, "buildpack.toml"), "utf8");

test(`the inventory of front-end equals those of node-engine and node-packages: ${command} copies them`, () => {
  const text = textOf("front-end");
  expect(withReleases(text, textOf("node-engine"), textOf("node-packages"))).toBe(text);
});
