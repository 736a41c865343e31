import { expect, test } from "vitest";
import { ancestorsOf, noRules } from "./ignore-rules.ts";

const rules = noRules.with("/repo", "dist/\n*.log\n!keep.log\n").with("/repo/app", "/generated\n!debug.log\n");

test.each([
  ["/repo/dist", "directory", true],
  ["/repo/dist", "file", false],
  ["/repo/a.log", "file", true],
  ["/repo/keep.log", "file", false],
  ["/repo/app/generated", "directory", true],
  ["/repo/app/src/generated", "directory", false],
  ["/repo/app/debug.log", "file", false],
  ["/repo/app/other.log", "file", true],
] as const)("the check whether .gitignore rules ignore %s as a %s returns %s", (path, kind, expected) => {
  expect(rules.ignores(path, kind)).toBe(expected);
});

test("no path is ignored without .gitignore rules", () =>
  expect(noRules.ignores("/repo/dist", "directory")).toBe(false));

test("the ancestors of a directory are listed outermost first", () => {
  expect(ancestorsOf("/a/b/c")).toEqual(["/", "/a", "/a/b"]);
});
