import { expect, test } from "vitest";
import { errorReports, failureOf, type ReportedError } from "./reported-error.ts";

function lastOf(lines: readonly string[]): ReportedError | undefined {
  const reports = errorReports();
  for (const line of lines) reports.read(line);
  return reports.last();
}

test.for<[string, readonly string[], ReportedError | undefined]>([
  ["no ERROR line", ["compiling", "error: expected ;"], undefined],
  [
    "an ERROR line with cause and hint from libcnb",
    ["step", "ERROR: no start script (NODE_START_MISSING)", "  caused by: x", "HINT: Add one.", "bye"],
    { message: "no start script (NODE_START_MISSING)", hint: "Add one." },
  ],
  ["an ERROR line without a hint", ["ERROR: broken"], { message: "broken", hint: undefined }],
  [
    "a colored ERROR line",
    ["\u001b[1;31mERROR: broken\u001b[0m", "\u001b[33mHINT: \u001b[0mMend it."],
    { message: "broken", hint: "Mend it." },
  ],
  ["the last of several ERROR lines", ["ERROR: one", "HINT: a", "ERROR: two"], { message: "two", hint: undefined }],
  ["a HINT line without an ERROR line", ["HINT: a"], undefined],
  ["ERROR within a line", ["npm ERROR: x"], undefined],
  [
    "an ERROR line of two million characters",
    [`ERROR: ${"x".repeat(2_000_000)}`],
    { message: "x".repeat(993), hint: undefined },
  ],
])(
  "the reported error of a buildpack is the last ERROR line in its output, if there is one: %s",
  ([, lines, expected]) => {
    expect(lastOf(lines)).toEqual(expected);
  },
);

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
])(
  "the error about a failed buildpack repeats the error that it reported or refers to its output: it %s",
  ([, reported, message, hint]) => {
    expect(failureOf("buildpack a@1", 3, reported)).toEqual({ message, hint });
  },
);
