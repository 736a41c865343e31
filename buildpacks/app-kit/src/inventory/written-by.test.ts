import { expect, test } from "vitest";
import { withWrittenPart } from "./written-by.ts";

const mark = "# Written by `npm run x`; what stands below is not for editing.\n";

test.for<[string, string]>([
  ["a = 1\n", `a = 1\n\n${mark}\nb = 2\n`],
  [`a = 1\n\n${mark}\nold = 1\n`, `a = 1\n\n${mark}\nb = 2\n`],
  ["", `\n\n${mark}\nb = 2\n`],
])("the file name %j becomes %j", ([text, expected]) =>
  expect(withWrittenPart(text, "npm run x", "b = 2\n")).toBe(expected),
);
