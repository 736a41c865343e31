import { expect, test } from "vitest";
import { isFulfilled } from "./cache.ts";

test.each([
  ["", true],
  ["os=linux", true],
  ["os=darwin", false],
  ["os=linux & cpu=x64", true],
  ["os=linux & cpu=arm64", false],
  ["os=linux & cpu=x64 & libc=glibc", true],
  ["(os=linux | os=darwin) & (cpu=arm | cpu=arm64)", false],
  ["(os=darwin | os=linux) & cpu=x64", true],
  ["!os=linux", false],
  ["!os=win32", true],
  ["something else", true],
] as const)(
  "the check whether the conditions %j of a Yarn package hold on linux and x64 returns %j",
  (conditions, expected) => {
    expect(isFulfilled(conditions, { os: "linux", cpu: "x64" })).toBe(expected);
  },
);
