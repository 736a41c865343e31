import { expect, test } from "vitest";
import { isShownOfNpm } from "./npm.ts";

test("the log omits npm's empty lines and usage notes", () => {
  const lines = [
    "npm error code EUSAGE",
    "npm error Missing: ms@2.1.3 from lock file",
    "npm error",
    "npm error Clean install a project",
    "npm error",
    "npm error Usage:",
    "npm error npm ci",
  ];
  expect(lines.filter(isShownOfNpm())).toEqual(lines.slice(0, 2));
});

test("the log keeps lines of install scripts that look like usage notes", () => {
  const lines = ["npm error Usage: x", "Usage:", "> Install a package"];
  expect(lines.filter(isShownOfNpm())).toEqual(lines);
});
