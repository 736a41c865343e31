import { expect, test } from "vitest";
import { certificatePatterns, gitPatterns, machinePatterns } from "./common-patterns.ts";
import { failureCode } from "./explain-failure.ts";
import type { ToolEnd } from "./tool-end.ts";

const patterns = [...machinePatterns, ...certificatePatterns, ...gitPatterns];

test.for<[string, string]>([
  ["OSError: [Errno 28] No space left on device", "BUILD_DISK_FULL"],
  ["os error 12: Cannot allocate memory", "BUILD_OUT_OF_MEMORY"],
  ["SSLError: certificate verify failed: unable to get local issuer certificate", "PACKAGES_CERTIFICATE_UNTRUSTED"],
  ["invalid peer certificate: UnknownIssuer", "PACKAGES_CERTIFICATE_UNTRUSTED"],
  ["fatal: could not read Username for 'https://x.test': No such device", "PACKAGES_GIT_DENIED"],
])("the output %j of a failed tool gets the error code %s", ([output, expected]) => {
  expect(failureCode<string>(patterns, output)).toBe(expected);
});

test("the output of a failed tool gets no error code if git fails in a directory that is not a repository", () => {
  expect(failureCode<string>(patterns, "fatal: not a git repository")).toBe(undefined);
});

test.for<[string, Omit<ToolEnd, "output">, string | undefined]>([
  ["out of memory after SIGKILL", { exitCode: undefined, signal: "SIGKILL" }, "BUILD_OUT_OF_MEMORY"],
  ["out of memory after exit code 137", { exitCode: 137 }, "BUILD_OUT_OF_MEMORY"],
  ["unknown after SIGTERM", { exitCode: undefined, signal: "SIGTERM" }, undefined],
])("the cause of a tool's failure without output is %s", ([, end, expected]) => {
  expect(failureCode<string>(patterns, "", { ...end, output: "" })).toBe(expected);
});
