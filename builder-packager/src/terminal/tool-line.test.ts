import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outputLines } from "../platform/phases/output-lines.ts";
import { terminalReporter } from "./terminal-reporter.ts";
import { toolLine } from "./tool-line.ts";

describe("a line of a tool's output", () => {
  test.for<[string, string, string]>([
    ["text with tabs and emoji unchanged", "a\tb ä 🦊", "a\tb ä 🦊"],
    [
      "its colors, which are reset at the end of the line",
      "\u001b[1;31mred\u001b[0m and more",
      "\u001b[1;31mred\u001b[0m and more\u001b[0m",
    ],
    ["colors that are reset at the end unchanged", "\u001b[32mok\u001b[0m", "\u001b[32mok\u001b[0m"],
    [
      "its color, which is reset at the end of the line even if the tool does not reset it",
      "\u001b[8mhidden",
      "\u001b[8mhidden\u001b[0m",
    ],
    [
      "its 24-bit colors, which are reset at the end of the line",
      "\u001b[38:2::1:2:3mx\u001b[m",
      "\u001b[38:2::1:2:3mx\u001b[m\u001b[0m",
    ],
    ["no access to the clipboard", "a\u001b]52;c;aGFjaw==\u0007b", "ab"],
    ["no window title that ends with ST", "a\u001b]0;title\u001b\\b", "ab"],
    ["no window title without an end", "a\u001b]0;title", "a"],
    ["only the text of a hyperlink", "\u001b]8;;http://evil.example\u001b\\text\u001b]8;;\u001b\\", "text"],
    ["no sequences that clear the screen", "a\u001b[2Jb\u001b[3J\u001bcc", "abc"],
    ["no cursor movements", "a\u001b[1A\u001b[99D\u001b7\u001b8===> forged", "a===> forged"],
    ["no 8-bit control characters", "a\u009b2Jb\u009d0;title\u009cc\u0085d", "abcd"],
    ["no change of keyboard modes", "a\u001b[>4;1mb", "ab"],
    ["no query to the terminal", "a\u001b[6n\u001bP$q m\u001b\\b", "ab"],
    ["no backspaces and bells", "digest\b\b\b\u0007x", "digestx"],
    ["no bidirectional text controls", "a\u202egpj.exe\u2066\u200f", "agpj.exe"],
    ["no unusual line separators", "a\u000b\u000c\u0085\u2028\u2029b", "ab"],
    ["only the visible rest of a control sequence within a control sequence", "a\u001b\u001b[2J[2Jb", "a[2Jb"],
    ["only the visible rest of a truncated control sequence", "a\u001b[2", "a2"],
  ])("is shown with %s", ([, line, expected]) => {
    expect(toolLine(line, { color: true })).toBe(expected);
  });

  test("has no colors if colors are disabled", () => {
    expect(toolLine("\u001b[1;31mred\u001b[0m \u001b[2Jx", { color: false })).toBe("red x");
  });

  test("is processed in linear time with any content", () => {
    for (const part of ["\u001b", "\u001b[1", "\u001b]", "\u001b]x\u001b", "\u009b;", "\u001b[m"]) {
      const start = performance.now();
      toolLine(part.repeat(300_000), { color: true });
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });
});

test.for<[string, string, readonly string[]]>([
  ["a progress bar that is overwritten by carriage returns", "10 %\r50 %\r100 %\nnext\n", ["100 %", "next"]],
  ["a progress bar that ends with a carriage return and a line feed", "10 %\r100 %\r\nnext\r\n", ["100 %", "next"]],
  [
    "a line that is overwritten by an imitation of a line of cnb",
    "x\r===> Exporting sha256:0\n",
    ["===> Exporting sha256:0"],
  ],
  ["only carriage returns", "\r\r\n", [""]],
])("the log has only the last state of each line of a tool's output with %s", ([, text, expected]) => {
  const lines: string[] = [];
  const output = outputLines((line) => lines.push(line));
  output.write(Buffer.from(text));
  output.end();
  expect(lines).toEqual(expected);
});

/** The output of a hostile program: pieces of terminal commands, of UTF-8 and of cnb's messages. */
const piece = fc.oneof(
  fc.constantFrom("\u001b", "\u001b[", "[", "]", "2J", "31m", ">4m", "52;c;", "\u0007", "\u001b\\", "\u009b", "\u009c"),
  fc.constantFrom("\r", "\n", "\r\n", "\b", "\u0000", "\u202e", "\u2028", "===> Exporting", "sha256:0", "m", ";", "ä"),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const bytes = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(""))),
  fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
);

function printed(chunks: readonly Uint8Array[]): string {
  const stream = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream & PassThrough;
  const lines = outputLines(terminalReporter(stream, {}).output);
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  return String(stream.read() ?? "");
}

/** Cuts bytes anywhere, also within a character. */
function cut(whole: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...at.map((each) => each % (whole.length + 1)).sort((one, other) => one - other), whole.length];
  return edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
}

test("only text, tabs and colors reach a terminal, wherever the tool's output is split", () => {
  const allowed =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
    /^(?: {5}(?:\u001b\[2m)?\|(?:\u001b\[22m)? (?:[^\p{Control}\p{Bidi_Control}\u2028\u2029]|\t|\u001b\[[0-9;:]*m)*\n)*$/u;
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 6 }), (whole, at) => {
      const text = printed(cut(whole, at));
      expect(text).toMatch(allowed);
      expect(text).toBe(printed([whole]));
    }),
    { numRuns: 3000 },
  );
});
