import { expect, test } from "vitest";
import { goGlob } from "./glob.ts";
import { sliceFiles } from "./slices.ts";

const app = ["", "a", "a-b", "a/one.txt", "a/two.js", "b", "b/deep", "b/deep/x.js", "c.js"].map((path) => ({ path }));

const sliced = (slices: readonly (readonly string[])[]) =>
  sliceFiles(
    app,
    slices.map((paths) => ({ paths })),
  ).map((layer) => layer.map(({ path }) => path || ".").join(" "));

test.for<[string, (readonly string[])[], string[]]>([
  ["no slice: one layer, sorted by whole path", [], [". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js"]],
  [
    "a directory is taken with all that is in it",
    [["b"]],
    [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"],
  ],
  ["a star does not cross a slash", [["*.js"]], [". c.js", ". a a-b a/one.txt a/two.js b b/deep b/deep/x.js"]],
  [
    "parents are repeated, and gone from the rest when emptied",
    [["b/deep/x.js"]],
    [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"],
  ],
  ["an earlier slice wins", [["a/*.txt"], ["a"]], [". a a/one.txt", ". a a/two.js", ". a-b b b/deep b/deep/x.js c.js"]],
  ["patterns are cleaned", [["./b//deep/"]], [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"]],
  ["an absolute pattern matches nothing", [["/c.js"]], ["", ". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js"]],
  ["everything taken leaves an empty layer", [["*"]], [". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js", ""]],
])("%s", ([, slices, expected]) => expect(sliced(slices)).toEqual(expected));

test.for<[string, string, boolean]>([
  ["a?c", "abc", true],
  ["a?c", "a/c", false],
  ["[a-c]x", "bx", true],
  ["[^a-c]x", "bx", false],
  ["[^a]x", "/x", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["[\\]]", "]", true],
  ["a.c", "abc", false],
  ["ä*", "äöü", true],
])("pattern %s on %s: %s", ([pattern, name, matches]) => expect(goGlob(pattern).test(name)).toBe(matches));

test.for(["[", "[a", "[]", "[-x]", "a\\", "[a-]"])("pattern %s is malformed", (pattern) => {
  expect(() => goGlob(pattern)).toThrow(`syntax error in pattern '${pattern}'`);
});
