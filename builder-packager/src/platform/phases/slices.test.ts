import { expect, test } from "vitest";
import { goGlob } from "../formats/glob.ts";
import { sliceFiles } from "./slices.ts";

const app = ["", "a", "a-b", "a/one.txt", "a/two.js", "b", "b/deep", "b/deep/x.js", "c.js"].map((path) => ({ path }));

async function sliced(slices: readonly (readonly string[])[]) {
  const layers = await sliceFiles(
    app,
    slices.map((paths) => ({ paths })),
  );
  return layers.map((layer) => layer.map(({ path }) => path || ".").join(" "));
}

test.for<[string, (readonly string[])[], string[]]>([
  [
    "creates one layer, sorted by whole path, if there are no slices",
    [],
    [". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js"],
  ],
  ["includes the contents of a directory", [["b"]], [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"]],
  ["does not match a slash with a star", [["*.js"]], [". c.js", ". a a-b a/one.txt a/two.js b b/deep b/deep/x.js"]],
  [
    "repeats parent directories, and leaves out emptied ones in the last layer",
    [["b/deep/x.js"]],
    [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"],
  ],
  [
    "puts a file into the first slice that matches",
    [["a/*.txt"], ["a"]],
    [". a a/one.txt", ". a a/two.js", ". a-b b b/deep b/deep/x.js c.js"],
  ],
  ["normalizes patterns", [["./b//deep/"]], [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"]],
  [
    "matches nothing with an absolute pattern",
    [["/c.js"]],
    ["", ". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js"],
  ],
  [
    "leaves the last layer empty if a pattern matches everything",
    [["*"]],
    [". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js", ""],
  ],
])("dividing an app into slices %s", async ([, slices, expected]) => expect(await sliced(slices)).toEqual(expected));

test("dividing an app into slices ends when aborted", async () => {
  const files = Array.from({ length: 20_000 }, (_, index) => ({ path: `file-${index}` }));
  const slices = [{ paths: Array.from({ length: 1000 }, (_, index) => `*${index}*`) }];
  await expect(sliceFiles(files, slices, AbortSignal.timeout(20))).rejects.toThrow("timeout");
});

test("dividing an app into slices is refused if it needs too many comparisons", async () => {
  const files = Array.from({ length: 50_000 }, (_, index) => ({ path: `file-${index}` }));
  const slices = [{ paths: Array.from({ length: 10_000 }, (_, index) => `*${index}*`) }];
  await expect(sliceFiles(files, slices)).rejects.toMatchObject({ code: "BUILD_OUTPUT_INVALID" });
});

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
  ["ä?", "äö", true],
  ["[ä-ö]", "ä", true],
  ["*[^a]*b", "x/b", false], // Go takes the first match after a star, and that star could have taken the slash
  ["*??", "€", true], // Go skips bytes after a star, not characters
])("the check that the slice pattern %j matches the path %j returns %s", ([pattern, name, matches]) =>
  expect(goGlob(pattern).test(name)).toBe(matches),
);

test.for(["[", "[a", "[]", "[-x]", "a\\", "[a-]"])("the slice pattern %j is refused as malformed", (pattern) => {
  expect(() => goGlob(pattern)).toThrow(`syntax error in pattern '${pattern}'`);
});

test("matching a slice pattern takes linear, not exponential, time in the number of stars", () => {
  const glob = goGlob(`${"*a".repeat(500)}b`);
  const name = "a".repeat(4096);
  const begun = performance.now();
  expect(glob.test(name)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(500);
});
