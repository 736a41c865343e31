import { expect, test } from "vitest";
import { untilLesson } from "./shown-output.ts";

test("what npm says of its flags is left out", () => {
  const lines = [
    "npm error code EUSAGE",
    "npm error Missing: ms@2.1.3 from lock file",
    "npm error",
    "npm error Clean install a project",
    "npm error",
    "npm error Usage:",
    "npm error npm ci",
  ];
  expect(lines.filter(untilLesson())).toEqual(lines.slice(0, 3));
});

test("an install script may speak of usage", () => {
  const lines = ["npm error Usage: x", "Usage:", "> Install a package"];
  expect(lines.filter(untilLesson())).toEqual(lines);
});
