import { describe, expect, test } from "vitest";
import { bestRange, rangesOf } from "./choose.ts";

describe("a requested version of Python is parsed into ranges", () => {
  test.for<[string, readonly string[]]>([
    ["3.12", ["3.12"]],
    [">=3.10,<3.13", [">=3.10,<3.13"]],
    ["~=3.11", ["~=3.11"]],
    ["~=3.11.2, !=3.11.4", ["~=3.11.2, !=3.11.4"]],
    ["^3.11", [">=3.11,<4"]],
    ["^3.11.4", [">=3.11.4,<4"]],
    ["^3", [">=3,<4"]],
    ["~3.11", [">=3.11,<3.12"]],
    ["~3.11.4", [">=3.11.4,<3.12"]],
    ["~3", [">=3,<4"]],
    ["^3.10,!=3.12.*", [">=3.10,<4,!=3.12.*"]],
    ["^3.10 <3.13", [">=3.10,<4,<3.13"]],
    ["~2.7 || ^3.9", [">=2.7,<2.8", ">=3.9,<4"]],
    [">=3.9,<3.9.7|>3.9.7", [">=3.9,<3.9.7", ">3.9.7"]],
    ["3.10 || 3.12", ["==3.10.*", "==3.12.*"]],
  ])("for the request %j", ([words, expected]) => expect(rangesOf(words)).toEqual(expected));

  test("for a million blanks in linear time", () => {
    const words = `^3${" ".repeat(1_000_000)}|`;
    expect(rangesOf(words)).toEqual([words]);
  });
});

describe("the alternative of a Python request that allows the newest version is selected", () => {
  const versions = ["3.14.1", "3.12.2", "3.10.3"];

  test.for([
    ["^3.9 || ~2.7", ">=3.9,<4"],
    ["3.10.* || 3.12.*", "3.12.*"],
    ["3.12.* || 3.10.*", "3.12.*"],
    ["~2.6 || ~2.7", ">=2.7,<2.8"],
    [">=3.9", ">=3.9"],
  ])('from the request "%s" as "%s"', async ([words = "", expected]) =>
    expect(await bestRange(words, versions)).toBe(expected),
  );
});
