import { expect, test } from "vitest";
import { type OmittedLines, shownLines } from "./shown-lines.ts";

const omitted: OmittedLines = { usage: /^usage:/, noise: /^$/ };

test.for<[string, OmittedLines, readonly string[]]>([
  ["up to the end of the output", omitted, ["a"]],
  ["up to the line that ends it", { ...omitted, usageEnd: /^next/ }, ["a", "next", "b"]],
])("the log omits a tool's usage text %s", ([, lines, expected]) => {
  const output = ["a", "", "usage: tool", "  tool FILE", "next", "", "b"];
  expect(output.filter(shownLines(lines))).toEqual(expected);
});

test("usage text in one run of a tool does not hide lines of the next run", () => {
  shownLines(omitted)("usage: tool");
  expect(shownLines(omitted)("a")).toBe(true);
});
