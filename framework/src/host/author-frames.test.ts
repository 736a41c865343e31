import { expect, test } from "vitest";
import { authorView } from "./author-frames.ts";

function thrown(...frames: readonly string[]): Error {
  const error = new Error("x");
  error.stack = ["Error: x", ...frames].join("\n");
  return error;
}

const ownFrame = "    at provide (main.cjs:1:1)";
const authorFrame = "    at build (main.cjs:1:11)";
// column 0 is of a file without a name, column 10 of line 3, column 5 of src/buildpack.ts
const mappings = "AAAA,UCEK";
const map = JSON.stringify({ version: 3, sources: ["", "src/buildpack.ts"], names: [], mappings });

test.for<[string, string | undefined, readonly string[], readonly string[]]>([
  ["the author's lines with their source files", map, [ownFrame, authorFrame], ["    at build (src/buildpack.ts:3:6)"]],
  ["all lines if none is the author's", map, [ownFrame], [ownFrame]],
  ["no lines without a location", map, ["    at <anonymous>", authorFrame], ["    at build (src/buildpack.ts:3:6)"]],
  ["the original lines if the source map is malformed", "{", [ownFrame, authorFrame], [ownFrame, authorFrame]],
  ["the original lines if the source map is not an object", "[]", [ownFrame, authorFrame], [ownFrame, authorFrame]],
  [
    "the original lines if the source map has no mappings",
    map.replace(mappings, "\u0001"),
    [authorFrame],
    [authorFrame],
  ],
  [
    "lines outside of the framework if there is no source map",
    undefined,
    [`    at x (${import.meta.filename}:1:1)`, authorFrame],
    [authorFrame],
  ],
])("the stack of an error shows %s", ([, text, frames, expected]) => {
  expect(authorView(() => text).frames(thrown(...frames))).toEqual(expected);
});

test("an unreadable source map does not hide the stack of an error", () => {
  const { frames, message } = authorView(() => {
    throw new Error("no such asset");
  });
  expect([frames(thrown(authorFrame)), message(thrown(authorFrame))]).toEqual([[authorFrame], "x"]);
});
