import { describe, expect, test } from "vitest";
import { namesModules } from "./decide.ts";
import { lacksOfNpm, lacksOfYarn, suits } from "./lacking.ts";
import type { Tree } from "./tree.ts";

const here = { platform: "linux", arch: "x64", isBuilt: false };
const tree: Tree = new Map([
  ["node_modules/a", { manifest: { name: "a", version: "1.0.0" } }],
  ["node_modules/b", { manifest: {}, link: "packages/b" }],
]);

describe("the comparison of node_modules with an npm lockfile", () => {
  test.for<[string, Record<string, unknown>, string | undefined]>([
    ["accepts a package in the locked version", { version: "1.0.0" }, undefined],
    [
      "reports a package in a version that is not the locked one",
      { version: "1.0.1" },
      "node_modules/a has version 1.0.0, but the lockfile has 1.0.1",
    ],
    ["accepts a git dependency without a version", { version: "", resolved: "git+ssh://git.test/a" }, undefined],
  ])("%s", ([, entry, expected]) => {
    expect(lacksOfNpm(tree, { "": {}, "packages/b": {}, "node_modules/a": entry }, here)).toBe(expected);
  });

  test.for<[string, Record<string, unknown>, boolean, string | undefined]>([
    ["reports a missing package", {}, false, "node_modules/c is missing"],
    ["accepts a missing development dependency if the app has no build", { dev: true }, false, undefined],
    ["reports a missing development dependency if the app is built", { dev: true }, true, "node_modules/c is missing"],
    ["accepts a missing package for another operating system", { os: ["darwin"] }, false, undefined],
    ["accepts a missing package for another architecture", { cpu: ["!x64"] }, false, undefined],
    ["accepts a missing optional package", { optional: true }, false, undefined],
    ["accepts a missing package that is both optional and for development", { devOptional: true }, true, undefined],
  ])("%s", ([, entry, isBuilt, expected]) => {
    expect(lacksOfNpm(tree, { "node_modules/c": entry }, { ...here, isBuilt })).toBe(expected);
  });
});

test("node_modules is compared with a Yarn 1 lockfile by names and versions", () => {
  expect(lacksOfYarn(tree, ["a@1.0.0"], new Set())).toBe(undefined);
  expect(lacksOfYarn(tree, ["a@1.0.1"], new Set())).toBe("a@1.0.1 from yarn.lock is missing");
  expect(lacksOfYarn(tree, ["@s/c@1.0.0"], new Set(["@s/c"]))).toBe(undefined);
});

test.for<[unknown, boolean]>([
  [["linux", "darwin"], true],
  ["linux", true],
  [["darwin"], false],
  [["!linux"], false],
  [["!win32"], true],
  [["any"], true],
])("the check whether the os field %j of a package allows Linux returns %j", ([list, expected]) => {
  expect(suits(list, "linux")).toBe(expected);
});

test("a package without an os field allows Linux", () => {
  expect(suits(undefined, "linux")).toBe(true);
});

test.for<[string, boolean]>([
  ["node_modules", true],
  ["/node_modules/", true],
  ["**/node_modules", true],
  ["node_modules/*\r", true],
  ["node_modules\n!node_modules", false],
  ["#node_modules\nmy_node_modules\nnode_modules.bak", false],
  ["web/node_modules", false],
])("the check whether a .gitignore with the text %j ignores node_modules returns %j", ([text, expected]) => {
  expect(namesModules(text)).toBe(expected);
});
