import { expect, test } from "vitest";
import { withWrittenPart } from "./written-part.ts";

const mark = "# Written by `npm run x`; do not edit the lines below.\n";

test.for<[string, string, string]>([
  ["is appended to a file without a generated part", "a = 1\n", `a = 1\n\n${mark}\nb = 2\n`],
  ["replaces the previous generated part", `a = 1\n\n${mark}\nold = 1\n`, `a = 1\n\n${mark}\nb = 2\n`],
  ["is appended to an empty file", "", `\n\n${mark}\nb = 2\n`],
])("the new generated part of an inventory file %s", ([, text, expected]) =>
  expect(withWrittenPart(text, "npm run x", "b = 2\n")).toBe(expected),
);
