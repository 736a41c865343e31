import { describe, expect, test } from "vitest";
import type { Entry, Inventory } from "../src/release-entry.ts";
import { changes, merge } from "./merge.ts";

const entry = (id: string, version: string, arch = "amd64", uri = "new"): Entry => ({
  id,
  version,
  arch: id === "npm" ? undefined : arch,
  uri,
  checksum: "sha256:0",
});
const inventory = (...entries: readonly Entry[]): Inventory => ({ entries, ltsLines: [{ line: 22, name: "Jod" }] });
const shown = ({ entries }: Inventory) =>
  entries.map(({ id, version, arch, uri }) => `${id} ${version} ${arch} ${uri}`);
const policy = { lines: [22, 24], newest: 2 };

describe("merging existing and newly found releases", () => {
  test.for<[string, readonly Entry[], readonly Entry[], readonly string[]]>([
    [
      "keeps the newest ones of each release line and architecture",
      [entry("node", "22.9.0"), entry("node", "22.10.0", "arm64"), entry("node", "24.1.0")],
      [entry("node", "22.10.0"), entry("node", "22.11.0")],
      ["node 22.10.0 amd64 new", "node 22.10.0 arm64 new", "node 22.11.0 amd64 new", "node 24.1.0 amd64 new"],
    ],
    [
      "keeps the existing entry of a version that is found again",
      [entry("node", "22.1.0", "amd64", "old")],
      [entry("node", "22.1.0", "amd64", "new")],
      ["node 22.1.0 amd64 old"],
    ],
    [
      "drops release lines that are not requested, except those of npm",
      [entry("node", "20.1.0")],
      [entry("npm", "11.0.0")],
      ["npm 11.0.0 undefined new"],
    ],
    [
      "sorts archives before packages, and npm last",
      [entry("npm", "10.0.0"), entry("node-npm", "24.0.0"), entry("node", "24.9.0")],
      [],
      ["node 24.9.0 amd64 new", "node-npm 24.0.0 amd64 new", "npm 10.0.0 undefined new"],
    ],
  ])("%s", ([, existing, found, expected]) => {
    expect(shown(merge(inventory(...existing), inventory(...found), policy))).toEqual(expected);
  });
});

test("an inventory update reports added and dropped releases and new LTS lines", () => {
  const after = {
    ...inventory(entry("node", "22.2.0"), entry("npm", "11.0.0")),
    ltsLines: [{ line: 24, name: "Krypton" }],
  };
  expect(changes(inventory(entry("node", "22.1.0")), after)).toEqual([
    "added node 22.2.0 for amd64",
    "added npm 11.0.0",
    "dropped node 22.1.0 for amd64",
    "line 24 is in long-term support now: Krypton",
  ]);
});
