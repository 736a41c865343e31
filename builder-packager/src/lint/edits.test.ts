import { expect, test } from "vitest";
import { applyEdits } from "./edits.ts";

test("text edits are applied at their offsets, and an overlapping edit is skipped", () => {
  const edits = [
    { start: 4, end: 5, text: "E" },
    { start: 0, end: 2, text: "AB" },
    { start: 1, end: 3, text: "lost" },
    { start: 6, end: 6, text: "!" },
  ];
  expect(applyEdits("abcdef", edits)).toBe("ABcdEf!");
});
