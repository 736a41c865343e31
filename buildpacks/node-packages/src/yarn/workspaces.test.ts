import { expect, test } from "vitest";
import { depthOf, isMatched } from "./workspaces.ts";

test.each([
  [["packages/*"], ["packages/a"], ["packages", "packages/a/b", "other/a", "packages/.hidden"]],
  [["./packages/*/"], ["packages/a"], ["packages/a/b"]],
  [["apps/**"], ["apps/a", "apps/a/b"], ["app/a"]],
  [["**/web"], ["web", "apps/web", "apps/x/web"], ["apps/webs"]],
  [["{apps,libs}/*"], ["apps/a", "libs/b"], ["tools/c"]],
  [["packages/*", "!packages/old"], ["packages/a"], ["packages/old"]],
  [["tools"], ["tools"], ["tools/a", "toolsX"]],
  [["a.b/*"], ["a.b/c"], ["aXb/c"]],
  [["packages/p?"], ["packages/p1"], ["packages/p", "packages/p12"]],
  [[`${"**/".repeat(50)}web`], ["a/b/web"], [`${"a/".repeat(50)}webs`]],
  [[`${"*".repeat(200)}x`], ["a/b/x"], ["a/".repeat(50)]],
  [[], [], ["a"]],
] as const)("the workspace patterns %j match exactly the expected directories", (patterns, matched, others) => {
  expect([...matched, ...others].filter((dir) => isMatched(dir, patterns))).toEqual(matched);
});

test.each([
  [[], 0],
  [["packages/*"], 2],
  [["tools", "a/b/c"], 3],
  [["apps/**"], 12],
] as const)("the workspace patterns %j reach %i directories deep", (patterns, expected) => {
  expect(depthOf(patterns)).toBe(expected);
});
