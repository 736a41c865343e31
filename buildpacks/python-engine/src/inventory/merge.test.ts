import { describe, expect, test } from "vitest";
import type { Entry } from "./entry.ts";
import { changes, merge } from "./merge.ts";

const entry = (version: string, build = "20260101", arch: Entry["arch"] = "amd64", checksum = "sha256:0"): Entry => ({
  version,
  build,
  arch,
  checksum,
});
const shown = (entries: readonly Entry[]) => entries.map(({ version, build, arch }) => `${version} ${build} ${arch}`);
const policy = { lines: ["3.9", "3.14"], newest: 2 };

describe("the inventory keeps of existing and newly found releases", () => {
  test.for<[string, readonly Entry[], readonly Entry[], readonly string[]]>([
    [
      "the newest of each line and processor",
      [entry("3.14.9"), entry("3.14.10"), entry("3.14.9", "20260101", "arm64")],
      [entry("3.14.11", "20260202"), entry("3.9.1", "20260202")],
      ["3.14.11 20260202 amd64", "3.14.10 20260101 amd64", "3.14.9 20260101 arm64", "3.9.1 20260202 amd64"],
    ],
    [
      "the file that is there of a version that was made once more",
      [entry("3.14.9")],
      [entry("3.14.9", "20260202")],
      ["3.14.9 20260101 amd64"],
    ],
    ["no lines that nobody wants", [entry("3.8.1")], [entry("3.10.1")], []],
  ])("%s", ([, existing, found, expected]) => {
    expect(shown(merge(existing, found, policy))).toEqual(expected);
  });
});

test("changed releases are reported", () => {
  expect(changes([entry("3.14.1")], [entry("3.14.2", "20260202"), entry("3.14.2", "20260202", "arm64")])).toEqual([
    "added 3.14.2 (20260202) for amd64",
    "added 3.14.2 (20260202) for arm64",
    "dropped 3.14.1 (20260101) for amd64",
  ]);
});
