import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readInventory } from "libcnb";
import { expect, test } from "vitest";

const file = join(import.meta.dirname, "../buildpack.toml");
const { releases, defaultVersions } = readInventory(await readFile(file, "utf8"), "buildpack.toml");

test.for([
  ["node", ["20.20.2", "22.23.1", "24.18.0", "26.5.0"]],
  ["node-npm", ["20.20.2", "22.23.3", "24.21.0", "26.10.0"]],
] as const)("the releases of %s exist for both architectures", ([id, versions]) => {
  for (const arch of ["amd64", "arm64"]) {
    const own = releases.filter((release) => release.id === id && release.arch === arch);
    expect(own.map(({ version }) => version)).toEqual(versions);
  }
});

test("both have the same default", () => {
  expect(defaultVersions).toEqual({ node: "24.x", "node-npm": "24.x" });
});

test("every release has a checksum of its own", () => {
  const all = releases.map(({ checksum }) => checksum);
  expect(all.filter((checksum) => checksum === undefined)).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});
