import { readInventory } from "libcnb/standalone";
import { expect, test } from "vitest";
import { architectures, newerFirst, renderEntry } from "./release-entry.ts";

const entry = (version: string) => ({
  version,
  arch: "amd64",
  uri: `https://nodejs.org/download/release/v${version}/node-v${version}-linux-${architectures.amd64}.tar.gz`,
  checksum: `sha256:${"0".repeat(64)}`,
});

test.for<[string, object]>([
  ["24.18.0", { endOfLife: "2028-04-30" }],
  ["99.1.0", { endOfLife: undefined }],
])("the entry of the published Node.js %s has the fields of an inventory", ([version, more]) => {
  const [release] = readInventory(renderEntry(entry(version)), "published").releases;
  expect(release).toMatchObject({
    ...entry(version),
    ...more,
    id: "node",
    name: "Node.js",
    os: "linux",
    stripComponents: 1,
    purls: [`pkg:generic/node@${version}`],
    cpes: [`cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`],
    licenses: [{ type: "MIT" }],
  });
});

test("published releases of Node.js are sorted by number, newest first", () => {
  const sorted = ["14.9.1", "14.21.0", "14.9.10", "4.0.0"].map(entry).toSorted(newerFirst);
  expect(sorted.map(({ version }) => version)).toEqual(["14.21.0", "14.9.10", "14.9.1", "4.0.0"]);
  expect(newerFirst(entry("1.2.3"), entry("1.2.3"))).toBe(0);
});
