import { changesOf, mergeReleases } from "@libcnb/app-kit/inventory/release-list";
import { describe, expect, test } from "vitest";
import { type Entry, pythonReleases } from "./releases.ts";

const entry = (version: string, build = "20260101", arch: Entry["arch"] = "amd64", checksum = "sha256:0"): Entry => ({
  version,
  build,
  arch,
  checksum,
});
const shown = (entries: readonly Entry[]) => entries.map(({ version, build, arch }) => `${version} ${build} ${arch}`);
const policy = { lines: ["3.9", "3.14"], newest: 2 };

describe("an update of the Python inventory keeps", () => {
  test.for<[string, readonly Entry[], readonly Entry[], readonly string[]]>([
    [
      "the newest versions of each release line and architecture",
      [entry("3.14.9"), entry("3.14.10"), entry("3.14.9", "20260101", "arm64")],
      [entry("3.14.11", "20260202"), entry("3.9.1", "20260202")],
      ["3.9.1 20260202 amd64", "3.14.9 20260101 arm64", "3.14.10 20260101 amd64", "3.14.11 20260202 amd64"],
    ],
    [
      "the existing archive of a version that was rebuilt",
      [entry("3.14.9")],
      [entry("3.14.9", "20260202")],
      ["3.14.9 20260101 amd64"],
    ],
    ["no release line that is not requested", [entry("3.8.1")], [entry("3.10.1")], []],
  ])("%s", ([, existing, found, expected]) => {
    expect(shown(mergeReleases(pythonReleases, existing, found, policy))).toEqual(expected);
  });
});

test("an update of the Python inventory reports added and dropped releases", () => {
  expect(
    changesOf(pythonReleases, [entry("3.14.1")], [entry("3.14.2", "20260202"), entry("3.14.2", "20260202", "arm64")]),
  ).toEqual([
    "added 3.14.2 (20260202) for amd64",
    "added 3.14.2 (20260202) for arm64",
    "dropped 3.14.1 (20260101) for amd64",
  ]);
});
