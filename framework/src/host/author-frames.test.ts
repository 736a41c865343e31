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
  ["the author's lines by their files", map, [ownFrame, authorFrame], ["    at build (src/buildpack.ts:3:6)"]],
  ["all lines, if none is the author's", map, [ownFrame], [ownFrame]],
  [
    "lines without a place are left out",
    map,
    ["    at <anonymous>", authorFrame],
    ["    at build (src/buildpack.ts:3:6)"],
  ],
  ["what the stack says, if the map is broken", "{", [ownFrame, authorFrame], [ownFrame, authorFrame]],
  ["what the stack says, if the map is none", "[]", [ownFrame, authorFrame], [ownFrame, authorFrame]],
  ["what the stack says, if the map maps nothing", map.replace(mappings, "\u0001"), [authorFrame], [authorFrame]],
  [
    "without a map the lines that are not the framework's",
    undefined,
    [`    at x (${import.meta.filename}:1:1)`, authorFrame],
    [authorFrame],
  ],
])("the stack shows %s", ([, text, frames, expected]) => {
  expect(authorView(() => text).frames(thrown(...frames))).toEqual(expected);
});

test("an unreadable source map hides no stack", () => {
  const { frames, message } = authorView(() => {
    throw new Error("no such asset");
  });
  expect([frames(thrown(authorFrame)), message(thrown(authorFrame))]).toEqual([[authorFrame], "x"]);
});
