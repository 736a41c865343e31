import { expect, test } from "vitest";
import { versionInFile } from "./version-file.ts";

test.for<[string, string | undefined]>([
  ["22\n", "22"],
  ["\uFEFFv22.1.0\r\n", "v22.1.0"],
  ["  lts/*  # the newest\n", "lts/*"],
  ["# ours\n\n\t24 \nignored\n", "24"],
  ["# nothing\n\n", undefined],
  ["", undefined],
])("the version in a version file is its first line that is not a comment: %j", ([text, expected]) => {
  expect(versionInFile(text)).toBe(expected);
});
