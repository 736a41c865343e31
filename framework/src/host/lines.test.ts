import { expect, test } from "vitest";
import { lineReader } from "./lines.ts";

test.for<[string, readonly (string | Uint8Array)[], readonly string[]]>([
  ["lines in pieces", ["on", "e\ntw", "o\n"], ["one", "two"]],
  ["a character in pieces", [Uint8Array.of(0xc3), Uint8Array.of(0xbc, 0x0a)], ["ü"]],
  ["what a progress bar left", ["10%\r50%\r100%\n", "dos\r\n"], ["100%", "dos"]],
  ["a line without end", ["x".repeat(70_000), "y"], ["x".repeat(70_000), "y"]],
  ["nothing", [], []],
])("%s", ([, chunks, expected]) => {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  reader.end();
  expect(lines).toEqual(expected);
});
