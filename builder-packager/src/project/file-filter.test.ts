import { expect, test } from "vitest";
import { fileFilter } from "./file-filter.ts";

const files = ["a.js", "a.log", "src/a.js", "src/b.log", "src/deep/c.js", "Src/a.js", "doc/x", "build", "src/build/o"];

/** Which files are copied: a directory that is left out is not looked into. */
function copied(rules: { readonly include?: readonly string[]; readonly exclude?: readonly string[] }) {
  const { isExcluded = () => false } = fileFilter({ include: undefined, exclude: undefined, ...rules });
  const folders = (path: string) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
  return files.filter(
    (path) => !folders(path).some((dir) => isExcluded(dir, "directory")) && !isExcluded(path, "file"),
  );
}

const without = (...names: string[]) => files.filter((path) => !names.includes(path));

test.for<readonly [string, readonly string[]]>([
  ["", files],
  ["# a comment", files],
  ["*.log", without("a.log", "src/b.log")],
  ["/*.log", without("a.log")],
  ["src", without("src/a.js", "src/b.log", "src/deep/c.js", "src/build/o")],
  ["build/", without("src/build/o")],
  ["/build", without("build")],
  ["src/*.js", without("src/a.js")],
  ["src/**/*.js", without("src/a.js", "src/deep/c.js")],
  ["**/build", without("build", "src/build/o")],
  ["*.js !/a.js", without("src/a.js", "src/deep/c.js", "Src/a.js")],
  ["src !src/a.js", without("src/a.js", "src/b.log", "src/deep/c.js", "src/build/o")],
  ["src/* !src/a.js", without("src/b.log", "src/deep/c.js", "src/build/o")],
  ["../outside", files],
])(
  "the .gitignore patterns %j in the key exclude leave out exactly the files that they match",
  ([patterns, expected]) => {
    expect(copied({ exclude: patterns.startsWith("#") ? [patterns] : patterns.split(" ").filter(Boolean) })).toEqual(
      expected,
    );
  },
);

test.for<readonly [string, readonly string[]]>([
  ["*.js", ["a.js", "src/a.js", "src/deep/c.js", "Src/a.js"]],
  ["src/", ["src/a.js", "src/b.log", "src/deep/c.js", "src/build/o"]],
  ["/src/* !src/deep", ["src/a.js", "src/b.log", "src/build/o"]],
  ["nothing", []],
])(
  "with the .gitignore patterns %j in the key include, exactly the files that match are copied",
  ([patterns, expected]) => {
    expect(copied({ include: patterns.split(" ").filter(Boolean) })).toEqual(expected);
  },
);

test("an empty list in the key include copies all files", () => {
  expect(copied({ include: [] })).toEqual(files);
});
