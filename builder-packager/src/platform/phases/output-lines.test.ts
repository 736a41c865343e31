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
  ["returns no lines for no output", [], []],
  ["divides output of several lines", ["a\nb\r\n\nc"], ["a", "b", "", "c"]],
  ["joins the chunks of a line", ["a", "b\n", "c\r", "\n"], ["ab", "c"]],
  ["joins a character that is split between chunks", ["\xc3", "\xa4\n"], ["ä"]],
])("splitting the output of a command into lines %s", ([, chunks, expected]) => {
  expect(linesOf(...chunks)).toEqual(expected);
});

test("splitting the output of a command into lines returns a very long line in several parts", () => {
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
