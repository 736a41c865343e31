import { describe, expect, test } from "vitest";
import { ancestorsOf, noRules } from "./ignore-rules.ts";

const rules = noRules.with("/repo", "dist/\n*.log\n!keep.log\n").with("/repo/app", "/generated\n!debug.log\n");

describe("with dist/, *.log and !keep.log in /repo/.gitignore, and /generated and !debug.log in /repo/app/.gitignore,", () => {
  test.each([
    ["/repo/dist", "directory"],
    ["/repo/a.log", "file"],
    ["/repo/app/generated", "directory"],
    ["/repo/app/other.log", "file"],
  ] as const)("the path %j is ignored if it is a %s", (path, kind) => expect(rules.ignores(path, kind)).toBe(true));

  test.each([
    ["/repo/dist", "file"],
    ["/repo/keep.log", "file"],
    ["/repo/app/src/generated", "directory"],
    ["/repo/app/debug.log", "file"],
  ] as const)("the path %j is not ignored if it is a %s", (path, kind) =>
    expect(rules.ignores(path, kind)).toBe(false),
  );
});

test("no path is ignored without .gitignore rules", () =>
  expect(noRules.ignores("/repo/dist", "directory")).toBe(false));

test("the ancestors of a directory are listed outermost first", () => {
  expect(ancestorsOf("/a/b/c")).toEqual(["/", "/a", "/a/b"]);
});
