import { expect, test } from "vitest";
import { applyHint } from "./apply-hint.ts";

test.for([
  "E: You don't have enough free space in /var/cache/apt/archives/.\nwrite error (28: No space left on device)",
  "storing layer: write /v/1: no space left on device",
  "cp: error writing 'x': Disk quota exceeded",
])("a failed extension build gets the hint to free disk space if its output is %j", (output) => {
  expect(applyHint(output, "other")).toMatch(/^The disk is full: free space /);
});

test("a failed extension build with any other error keeps its hint", () =>
  expect(applyHint("E: Unable to locate package jq", "other")).toBe("other"));
