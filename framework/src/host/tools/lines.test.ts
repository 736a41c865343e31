import { expect, test } from "vitest";
import { lineReader } from "./lines.ts";

test.for<[string, readonly (string | Uint8Array)[], readonly string[]]>([
  ["lines split between chunks", ["on", "e\ntw", "o\n"], ["one", "two"]],
  ["a character split between chunks", [Uint8Array.of(0xc3), Uint8Array.of(0xbc, 0x0a)], ["ü"]],
  ["the last state of a progress bar", ["10%\r50%\r100%\n", "dos\r\n"], ["100%", "dos"]],
  ["a line that is too long", ["x".repeat(70_000), "y"], ["x".repeat(70_000), "y"]],
  ["no output", [], []],
])("a tool's output is split into lines, here %s", ([, chunks, expected]) => {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  reader.end();
  expect(lines).toEqual(expected);
});

test.for<[string, readonly string[]]>([
  ["in two chunks", ["x".repeat(69_998), "abc", "dyz"]],
  ["in one chunk", ["x".repeat(69_998), "abcdyz"]],
  ["byte by byte", ["x".repeat(69_998), "a", "b", "c", "d", "yz"]],
])("a long line is cut without revealing part of a secret that arrives %s", ([, chunks]) => {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line), ["abcd", "1"]);
  for (const chunk of chunks) reader.write(new TextEncoder().encode(chunk));
  reader.end();
  expect(lines.length).toBe(2);
  expect(lines.join("").replace("abcd", "***") === `${"x".repeat(69_998)}***yz` && !lines[0]?.includes("a")).toBe(true);
});

test("a long line is cut even if occurrences of a secret in it overlap", () => {
  const lengths: number[] = [];
  const reader = lineReader((line) => lengths.push(line.length), ["xx"]);
  for (let count = 0; count < 10; count++) reader.write(new TextEncoder().encode("x".repeat(65_537)));
  reader.end();
  expect(lengths.length).toBe(10);
});
