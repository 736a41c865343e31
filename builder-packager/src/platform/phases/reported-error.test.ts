import { expect, test } from "vitest";
import { errorReports, failureOf, type ReportedError } from "./reported-error.ts";

function lastOf(lines: readonly string[]): ReportedError | undefined {
  const reports = errorReports();
  for (const line of lines) reports.read(line);
  return reports.last();
}

test.for<[string, readonly string[], ReportedError | undefined]>([
  ["without one", ["compiling", "error: expected ;"], undefined],
  [
    "of libcnb",
    ["step", "ERROR: no start script (NODE_START_MISSING)", "  caused by: x", "HINT: Add one.", "bye"],
    { message: "no start script (NODE_START_MISSING)", hint: "Add one." },
  ],
  ["without a hint", ["ERROR: broken"], { message: "broken", hint: undefined }],
  [
    "in colour",
    ["\u001b[1;31mERROR: broken\u001b[0m", "\u001b[33mHINT: \u001b[0mMend it."],
    { message: "broken", hint: "Mend it." },
  ],
  ["that is the last of several", ["ERROR: one", "HINT: a", "ERROR: two"], { message: "two", hint: undefined }],
  ["that only a hint looks like", ["HINT: a"], undefined],
  ["in the midst of a line", ["npm ERROR: x"], undefined],
  ["without an end", [`ERROR: ${"x".repeat(2_000_000)}`], { message: "x".repeat(993), hint: undefined }],
])("the reported error is the last one of the output: %s", ([, lines, expected]) => {
  expect(lastOf(lines)).toEqual(expected);
});

test.for<[ReportedError | undefined, string, string]>([
  [undefined, "buildpack a@1 failed with exit code 3", "Its output above says why."],
  [{ message: "broken (A)", hint: "Mend it." }, "buildpack a@1 failed with exit code 3: broken (A)", "Mend it."],
  [
    { message: "broken", hint: undefined },
    "buildpack a@1 failed with exit code 3: broken",
    "Its output above says more.",
  ],
])("the reported error is a failure with %o", ([reported, message, hint]) => {
  expect(failureOf("buildpack a@1", 3, reported)).toEqual({ message, hint });
});
