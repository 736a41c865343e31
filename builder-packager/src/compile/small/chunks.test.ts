import { describe, expect, test } from "vitest";
import { decodeMappings, encodeMappings } from "../bundle/map-segments.ts";
import { chunkSources, joinChunks, withNumbers } from "./chunks.ts";

const map = (source: string, mappings: string) =>
  JSON.stringify({ version: 3, sources: [source], names: [], mappings });
const start = encodeMappings([[{ column: 0, origin: { source: 0, line: 4, column: 2 } }]]);

const main = {
  name: "main.js",
  text: 'import"./c-AAAAAAAA.js";import("./c-BBBBBBBB.js");\nmain',
  map: map("main.ts", start),
};
const shared = { name: "c-AAAAAAAA.js", text: "shared", map: map("shared.ts", start) };
const later = { name: "c-BBBBBBBB.js", text: 'import"./c-AAAAAAAA.js";later', map: map("later.ts", start) };
const unused = { name: "c-CCCCCCCC.js", text: "unused", map: map("unused.ts", start) };

describe("the modules of a buildpack's bundled script", () => {
  test("are numbered in the order in which the main module imports them, whatever the bundler's order and names", () => {
    const renamed = [later, unused, shared, main].map((each) => ({
      ...each,
      name: each.name.replace("AAAAAAAA", "ZZZZZZZZ"),
      text: each.text.replaceAll("AAAAAAAA", "ZZZZZZZZ"),
    }));
    const expected = [
      ["main.js", 'import"./c-00000001.js";import("./c-00000002.js");\nmain'],
      ["c-00000001.js", "shared"],
      ["c-00000002.js", 'import"./c-00000001.js";later'],
    ];
    for (const outputs of [[main, shared, later, unused], renamed])
      expect(withNumbers(outputs, ["main.js"]).map(({ name, text }) => [name, text])).toEqual(expected);
  });

  test("are joined into one script, and each is compiled with its line numbers in that script", () => {
    const { code, chunks } = joinChunks([shared, later, main], "main.js");
    expect(chunks).toEqual([
      { name: "main.js", line: 0, lines: 2 },
      { name: "c-00000001.js", line: 2, lines: 1 },
      { name: "c-00000002.js", line: 3, lines: 1 },
    ]);
    expect(chunkSources(code, chunks).map(({ text }) => text)).toEqual([
      'import"./c-00000001.js";import("./c-00000002.js");\nmain',
      "\n\nshared",
      '\n\n\nimport"./c-00000001.js";later',
    ]);
  });

  test("have one source map, which maps each line to the source of its module", () => {
    const joined = JSON.parse(joinChunks([shared, later, main], "main.js").map);
    expect(joined.sources).toEqual(["main.ts", "shared.ts", "later.ts"]);
    const origins = decodeMappings(joined.mappings).map((line) => line.map(({ origin }) => origin?.source));
    expect(origins).toEqual([[0], [], [1], [2]]);
  });
});
