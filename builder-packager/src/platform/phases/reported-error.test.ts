import { expect, test } from "vitest";
import { errorReports, failureOf, type ReportedError } from "./reported-error.ts";

function lastOf(lines: readonly string[]): ReportedError | undefined {
  const reports = errorReports();
  for (const line of lines) reports.read(line);
  return reports.last();
}

test.for<[string, readonly string[], ReportedError | undefined]>([
  ["finds no error without an ERROR line", ["compiling", "error: expected ;"], undefined],
  [
    "finds the message and the hint of libcnb's ERROR line",
    ["step", "ERROR: no start script (NODE_START_MISSING)", "  caused by: x", "HINT: Add one.", "bye"],
    { message: "no start script (NODE_START_MISSING)", hint: "Add one." },
  ],
  ["finds no hint without a HINT line", ["ERROR: broken"], { message: "broken", hint: undefined }],
  [
    "finds the error of a colored ERROR line",
    ["\u001b[1;31mERROR: broken\u001b[0m", "\u001b[33mHINT: \u001b[0mMend it."],
    { message: "broken", hint: "Mend it." },
  ],
  [
    "finds only the last of several ERROR lines",
    ["ERROR: one", "HINT: a", "ERROR: two"],
    { message: "two", hint: undefined },
  ],
  ["finds no error in a HINT line without an ERROR line", ["HINT: a"], undefined],
  ["finds no error if the word ERROR is only within a line", ["npm ERROR: x"], undefined],
  [
    "finds a shortened error for an ERROR line of two million characters",
    [`ERROR: ${"x".repeat(2_000_000)}`],
    { message: "x".repeat(993), hint: undefined },
  ],
])("the search for an error in a buildpack's output %s", ([, lines, expected]) => {
  expect(lastOf(lines)).toEqual(expected);
});

test.for<[string, ReportedError | undefined, string, string]>([
  [
    "refers to the output if the buildpack reported no error",
    undefined,
    "buildpack a@1 failed with exit code 3",
    "See its output above for the reason.",
  ],
  [
    "includes the message and the hint of the reported error",
    { message: "broken (A)", hint: "Mend it." },
    "buildpack a@1 failed with exit code 3: broken (A)",
    "Mend it.",
  ],
  [
    "includes the reported message and refers to the output if there is no hint",
    { message: "broken", hint: undefined },
    "buildpack a@1 failed with exit code 3: broken",
    "See its output above for details.",
  ],
])("the error about a failed buildpack %s", ([, reported, message, hint]) => {
  expect(failureOf("buildpack a@1", 3, reported)).toEqual({ message, hint });
});
