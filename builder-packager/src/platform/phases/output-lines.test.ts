import { expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { outputLines } from "./output-lines.ts";

const linesOf = (...chunks: readonly string[]): readonly string[] => {
  const lines: string[] = [];
  const { write, end } = outputLines((line) => lines.push(line));
  for (const chunk of chunks) write(Buffer.from(chunk, "latin1"));
  end();
  return lines;
};

test.for<[string, readonly string[], readonly string[]]>([
  ["no output", [], []],
  ["several lines at once", ["a\nb\r\n\nc"], ["a", "b", "", "c"]],
  ["a line in several chunks", ["a", "b\n", "c\r", "\n"], ["ab", "c"]],
  ["a character split between chunks", ["\xc3", "\xa4\n"], ["ä"]],
])("the output of a command is split into lines: %s", ([, chunks, expected]) => {
  expect(linesOf(...chunks)).toEqual(expected);
});

test("an unterminated line of any length is passed on in chunks", () => {
  const chunk = "x".repeat(64 * 1024);
  const lengths = linesOf(...Array(1024).fill(chunk), "\n").map(({ length }) => length);
  expect(lengths).toEqual([...Array(60).fill(17 * 64 * 1024), 4 * 64 * 1024]);
});

test("a line of output that is ten times longer than the limit is split, and no byte of it is lost", () => {
  const { most } = limits.outputLine;
  const parts = linesOf(...Array(20).fill("x".repeat(most / 2)));
  expect(parts.join("")).toHaveLength(10 * most);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(2 * most);
});
