import { expect, test } from "vitest";
import { withWrittenPart } from "./release-list.ts";

const mark = "# Written by `npm run x`; do not edit the lines below.\n";

test.for<[string, string, string]>([
  ["is appended to a file without one", "a = 1\n", `a = 1\n\n${mark}\nb = 2\n`],
  ["replaces the previous one", `a = 1\n\n${mark}\nold = 1\n`, `a = 1\n\n${mark}\nb = 2\n`],
  ["is appended to an empty file", "", `\n\n${mark}\nb = 2\n`],
])("an update rewrites the generated part of an inventory file: it %s", ([, text, expected]) =>
  expect(withWrittenPart(text, "npm run x", "b = 2\n")).toBe(expected),
);
