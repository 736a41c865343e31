import { describe, expect, test } from "vitest";
import { namesModules } from "./ignored.ts";
import { lacksOfNpm, lacksOfYarn, suits } from "./lacking.ts";
import type { Tree } from "./tree.ts";

const here = { platform: "linux", arch: "x64", isBuilt: false };
const tree: Tree = new Map([
  ["node_modules/a", { manifest: { name: "a", version: "1.0.0" } }],
  ["node_modules/b", { manifest: {}, link: "packages/b" }],
]);

describe("a directory tree is compared with an npm lockfile", () => {
  test.for<[string, Record<string, unknown>, string | undefined]>([
    ["the same version", { version: "1.0.0" }, undefined],
    ["another version", { version: "1.0.1" }, "node_modules/a is 1.0.0, not 1.0.1 as in the lockfile"],
    ["an address without a version", { version: "", resolved: "git+ssh://git.test/a" }, undefined],
  ])("%s", ([, entry, expected]) => {
    expect(lacksOfNpm(tree, { "": {}, "packages/b": {}, "node_modules/a": entry }, here)).toBe(expected);
  });

  test.for<[string, Record<string, unknown>, boolean, string | undefined]>([
    ["needed", {}, false, "it lacks node_modules/c"],
    ["for development, and nothing is built", { dev: true }, false, undefined],
    ["for development, and something is built", { dev: true }, true, "it lacks node_modules/c"],
    ["for another system", { os: ["darwin"] }, false, undefined],
    ["for another processor", { cpu: ["!x64"] }, false, undefined],
    ["optional", { optional: true }, false, undefined],
    ["optional or for development", { devOptional: true }, true, undefined],
  ])("a package is missing: %s", ([, entry, isBuilt, expected]) => {
    expect(lacksOfNpm(tree, { "node_modules/c": entry }, { ...here, isBuilt })).toBe(expected);
  });
});

test("a directory tree is compared with a Yarn 1 lockfile by names and versions", () => {
  expect(lacksOfYarn(tree, ["a@1.0.0"], new Set())).toBe(undefined);
  expect(lacksOfYarn(tree, ["a@1.0.1"], new Set())).toBe("it lacks a@1.0.1 of yarn.lock");
  expect(lacksOfYarn(tree, ["@s/c@1.0.0"], new Set(["@s/c"]))).toBe(undefined);
});

test.for<[unknown, boolean]>([
  [undefined, true],
  [["linux", "darwin"], true],
  ["linux", true],
  [["darwin"], false],
  [["!linux"], false],
  [["!win32"], true],
  [["any"], true],
])("npm's os setting %j", ([list, expected]) => {
  expect(suits(list, "linux")).toBe(expected);
});

test.for<[string, boolean]>([
  ["node_modules", true],
  ["/node_modules/", true],
  ["**/node_modules", true],
  ["node_modules/*\r", true],
  ["node_modules\n!node_modules", false],
  ["#node_modules\nmy_node_modules\nnode_modules.bak", false],
  ["web/node_modules", false],
])("a .gitignore of %j", ([text, expected]) => {
  expect(namesModules(text)).toBe(expected);
});
