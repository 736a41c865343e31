import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { npmIntegrity, readInventory, releasesFor } from "./inventory.ts";
import { chooseRelease } from "./version.ts";

const file = join(import.meta.dirname, "../buildpack.toml");
const inventory = readInventory(parseToml(await readFile(file, "utf8"), "buildpack.toml").metadata);

test.for([
  ["archive", ["20.20.2", "22.23.1", "24.18.0", "26.5.0"]],
  ["npm", ["20.20.2", "22.23.3", "24.21.0", "26.10.0"]],
] as const)("the releases of %s exist for both architectures", ([distribution, versions]) => {
  for (const arch of ["amd64", "arm64"]) {
    const releases = releasesFor(inventory, distribution, arch);
    expect(releases.map(({ version }) => version)).toEqual(versions);
    const request = { range: inventory["default-version"], source: "the default" };
    expect(chooseRelease(releases, request, arch).version).toMatch(/^24\./);
  }
});

test("every release and every npm has an integrity of its own", () => {
  const all = [...inventory.releases, ...inventory.npm].map(({ integrity }) => integrity);
  expect(all.filter((integrity) => !/^sha256:[0-9a-f]{64}$|^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

test("every npm that a release names is known", () => {
  const named = inventory.releases.flatMap(({ npm }) => (npm === undefined ? [] : [npm]));
  expect(named.map((version) => npmIntegrity(inventory, version)).length).toBe(8);
  expect(() => npmIntegrity(inventory, "1.0.0")).toThrow("buildpack.toml has no [[metadata.npm]] of version 1.0.0");
});

test("a broken inventory tells all that is wrong", () => {
  expect(() =>
    readInventory({ "default-version": 24, mirror: "m", npm: [], releases: [{ distribution: "zip" }] }),
  ).toThrow(
    /^buildpack\.toml: metadata\.default-version: expected a string, got 24; metadata\.releases\[0\]\.distribution: expected one of "archive", "npm", got "zip"; /,
  );
});
