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
    "without slices there is one layer, sorted by whole path",
    [],
    [". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js"],
  ],
  ["a directory includes its contents", [["b"]], [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"]],
  ["a star does not match a slash", [["*.js"]], [". c.js", ". a a-b a/one.txt a/two.js b b/deep b/deep/x.js"]],
  [
    "parent directories are repeated, and emptied ones are missing in the rest",
    [["b/deep/x.js"]],
    [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"],
  ],
  [
    "an earlier slice takes precedence",
    [["a/*.txt"], ["a"]],
    [". a a/one.txt", ". a a/two.js", ". a-b b b/deep b/deep/x.js c.js"],
  ],
  ["patterns are normalized", [["./b//deep/"]], [". b b/deep b/deep/x.js", ". a a-b a/one.txt a/two.js c.js"]],
  ["an absolute pattern matches nothing", [["/c.js"]], ["", ". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js"]],
  [
    "a pattern that matches everything leaves an empty layer",
    [["*"]],
    [". a a-b a/one.txt a/two.js b b/deep b/deep/x.js c.js", ""],
  ],
])("an app directory is divided into slices: %s", async ([, slices, expected]) =>
  expect(await sliced(slices)).toEqual(expected),
);

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
])("the check whether slice pattern %s matches path %s returns %s", ([pattern, name, matches]) =>
  expect(goGlob(pattern).test(name)).toBe(matches),
);

test.for(["[", "[a", "[]", "[-x]", "a\\", "[a-]"])("slice pattern %s is refused as malformed", (pattern) => {
  expect(() => goGlob(pattern)).toThrow(`syntax error in pattern '${pattern}'`);
});

test("matching a slice pattern takes linear, not exponential, time in the number of stars", () => {
  const glob = goGlob(`${"*a".repeat(500)}b`);
  const name = "a".repeat(4096);
  const begun = performance.now();
  expect(glob.test(name)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(500);
});
