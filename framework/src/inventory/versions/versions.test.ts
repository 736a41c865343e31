// @needs python3
import { describe, expect, test } from "vitest";
import { type VersionScheme, versionRange, versionsOf } from "./versions.ts";

const semver = ["18.20.8", "20.20.2", "22.1.0", "22.23.3", "23.0.0-rc.1", "23.0.0"];
const pep440 = ["3.9.25", "3.12.4", "3.12.11", "3.13.0rc1", "3.13.0", "21.0.12.1"];

test.for<[string, string, VersionScheme | undefined, readonly string[] | undefined]>([
  ["without a scheme parses a semver range", ">=20 <23", undefined, ["20.20.2", "22.1.0", "22.23.3"]],
  ["with the scheme semver parses a semver range", "23", "semver", ["23.0.0"]],
  ["returns undefined for the word latest", "latest", undefined, undefined],
  ["returns undefined for a range with a thousand spaces", `>=${" ".repeat(1000)}20`, undefined, undefined],
])("versionRange() %s", async ([, range, scheme, expected]) => {
  const admits = await versionRange(range, scheme);
  expect(admits && semver.filter(admits)).toEqual(expected);
});

describe("a version range matches", () => {
  test.for<[VersionScheme, string, readonly string[]]>([
    ["semver", "*", ["18.20.8", "20.20.2", "22.1.0", "22.23.3", "23.0.0"]],
    ["semver", "22", ["22.1.0", "22.23.3"]],
    ["semver", "22.x", ["22.1.0", "22.23.3"]],
    ["semver", "22.*", ["22.1.0", "22.23.3"]],
    ["semver", "v22.1.0", ["22.1.0"]],
    ["semver", "^20 || >=23", ["20.20.2", "23.0.0"]],
    ["semver", ">= 20, < 23", ["20.20.2", "22.1.0", "22.23.3"]],
    ["semver", "~> 22.1", ["22.1.0", "22.23.3"]],
    ["semver", "~> 22.1.0", ["22.1.0"]],
    ["semver", "~>22", ["22.1.0", "22.23.3"]],
    ["semver", ">=23.0.0-rc.0", ["23.0.0-rc.1", "23.0.0"]],
    ["pep440", "*", ["3.9.25", "3.12.4", "3.12.11", "3.13.0", "21.0.12.1"]],
    ["pep440", "3", ["3.9.25", "3.12.4", "3.12.11", "3.13.0"]],
    ["pep440", "3.12", ["3.12.4", "3.12.11"]],
    ["pep440", "3.12.x", ["3.12.4", "3.12.11"]],
    ["pep440", "3.12.4", ["3.12.4"]],
    ["pep440", "~=3.12.5", ["3.12.11"]],
    ["pep440", ">=3.10,!=3.12.4,<4", ["3.12.11", "3.13.0"]],
    ["pep440", "3.13.0rc1", ["3.13.0rc1"]],
    ["pep440", ">=3.13.0rc1,<4", ["3.13.0rc1", "3.13.0"]],
    ["pep440", "21", ["21.0.12.1"]],
  ])("exactly the expected versions in the scheme %s, here for the range %j", async ([scheme, range, expected]) => {
    const admits = (await versionsOf(scheme)).range(range, false);
    expect((scheme === "semver" ? semver : pep440).filter((version) => admits?.(version))).toEqual(expected);
  });

  test.for<[VersionScheme, string]>([
    ["semver", "*"],
    ["pep440", ">=3.0"],
  ])("pre-releases in the scheme %s if they are allowed, here for the range %j", async ([scheme, range]) => {
    const all = scheme === "semver" ? semver : pep440;
    const admits = (await versionsOf(scheme)).range(range, true);
    expect(all.filter((version) => admits?.(version))).toEqual(all);
  });
});

test.for<[VersionScheme, string]>([
  ["semver", "lts/*"],
  ["semver", "newest"],
  ["pep440", "python3"],
  ["pep440", ">=3.x"],
])("in the version scheme %s, %j is refused as a range", async ([scheme, range]) => {
  expect((await versionsOf(scheme)).range(range, false)).toBeUndefined();
});

test.for<[VersionScheme, readonly string[]]>([
  ["semver", semver],
  ["pep440", pep440],
])("the version scheme %s compares versions", async ([scheme, versions]) => {
  const { compare, isVersion } = await versionsOf(scheme);
  expect(versions.toReversed().sort(compare)).toEqual(versions);
  expect(
    [...versions, "x", "", "1.2.3.4.x", scheme === "semver" ? "21.0.12.1" : "1.8.0_472"].filter(isVersion),
  ).toEqual(versions);
});
