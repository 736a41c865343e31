import { expect, test } from "vitest";
import { lineReader } from "./lines.ts";

test.for<[string, readonly (string | Uint8Array)[], readonly string[]]>([
  ["lines in pieces", ["on", "e\ntw", "o\n"], ["one", "two"]],
  ["a character in pieces", [Uint8Array.of(0xc3), Uint8Array.of(0xbc, 0x0a)], ["ü"]],
  ["what a progress bar left", ["10%\r50%\r100%\n", "dos\r\n"], ["100%", "dos"]],
  ["a line without end", ["x".repeat(70_000), "y"], ["x".repeat(70_000), "y"]],
  ["nothing", [], []],
])("splitting output into lines: %s", ([, chunks, expected]) => {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  reader.end();
  expect(lines).toEqual(expected);
});

test.for<[string, readonly string[]]>([
  ["in two parts", ["x".repeat(69_998), "abc", "dyz"]],
  ["at once", ["x".repeat(69_998), "abcdyz"]],
  ["that may still begin", ["x".repeat(69_998), "a", "b", "c", "d", "yz"]],
])("a long line is cut without revealing the secret in it that comes %s", ([, chunks]) => {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line), ["abcd", "1"]);
  for (const chunk of chunks) reader.write(new TextEncoder().encode(chunk));
  reader.end();
  expect(lines.length).toBe(2);
  expect(lines.join("").replace("abcd", "***") === `${"x".repeat(69_998)}***yz` && !lines[0]?.includes("a")).toBe(true);
});

test("a secret that overlaps itself does not keep a line from being cut", () => {
  const lengths: number[] = [];
  const reader = lineReader((line) => lengths.push(line.length), ["xx"]);
  for (let count = 0; count < 10; count++) reader.write(new TextEncoder().encode("x".repeat(65_537)));
  reader.end();
  expect(lengths.length).toBe(10);
});
