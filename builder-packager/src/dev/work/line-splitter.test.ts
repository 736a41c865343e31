import { expect, test } from "vitest";
import { recordingReporter } from "../../reporter.ts";
import { lineSplitter } from "../../text/line-splitter.ts";
import { heldReporter } from "./held-reporter.ts";

function linesOf(...chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.add(Buffer.from(chunk));
  splitter.end();
  return lines;
}

test("a line or character that is split between chunks of output is joined", () => {
  const [first, second] = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)];
  expect(linesOf("a", "b\nc\r\n", first, second, "\n")).toEqual(["ab", "c", "é"]);
});

test("output after the last line break is printed as a line of its own", () =>
  expect(linesOf("a\nb")).toEqual(["a", "b"]));

test("a very long line of output is divided into several lines", () => {
  expect(linesOf("x".repeat(40_000)).map(({ length }) => length)).toEqual([16_384, 16_384, 7232]);
});

test("the log of a build is buffered until the caller releases it, but warnings are printed at once", () => {
  const reporter = recordingReporter();
  const held = heldReporter(reporter);
  held.step("Detecting");
  held.output("npm ci");
  held.warn("deprecated");
  expect(reporter.lines).toEqual(["warn: deprecated"]);
  held.release();
  held.release();
  expect(reporter.lines).toEqual(["warn: deprecated", "step: Detecting", "output: npm ci"]);
});
