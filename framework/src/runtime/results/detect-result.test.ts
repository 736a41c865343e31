import { expect, test } from "vitest";
import { type DetectResult, fail, pass } from "../../detect.ts";
import type { DeclaredTarget, Target } from "../../spec/target.ts";
import { checkDetectResult, unsuitable } from "./detect-result.ts";

const circle: { self?: unknown } = {};
circle.self = circle;

test.for<[string, unknown, string]>([
  ["nothing", undefined, "detect returned nothing"],
  ["null", null, "detect returned nothing"],
  ["a boolean", true, "detect returned true"],
  ["a string", "pass", 'detect returned "pass"'],
  ["an object without an outcome", { pass: true }, 'detect returned {"pass":true}'],
  ["a passing object without a plan", { outcome: "pass" }, 'detect returned {"outcome":"pass"}'],
  ["the function pass itself", pass, "detect returned a function instead of calling it"],
  ["a circular object", circle, "detect returned a value of type object"],
  ["a long string", "x".repeat(200), `detect returned "${"x".repeat(99)}…`],
  ["a failure without a reason", { outcome: "fail" }, "detect failed without a reason"],
  ["a failure with a blank reason", { outcome: "fail", reason: " " }, "detect failed without a reason"],
])("a result of detect is refused if detect returns %s", ([, result, message]) => {
  expect(() => checkDetectResult(result)).toThrow(expect.objectContaining({ code: "DETECT_RESULT_INVALID", message }));
});

test.for<[string, DetectResult]>([
  ["pass", pass()],
  ["fail", fail("no package.json")],
])("%s is a valid result of detect", ([, result]) => {
  expect(checkDetectResult(result)).toEqual(result);
});

test("fail() refuses an empty reason at compile time and accepts a computed reason", () => {
  // @ts-expect-error an empty reason
  expect(fail("")).toEqual({ outcome: "fail", reason: "" });
  const computed: string = ["no ", "package.json"].join("");
  expect(fail(computed)).toEqual({ outcome: "fail", reason: "no package.json" });
});

const arm: Target = { os: "linux", arch: "arm64", variant: "v8", distro: { name: "debian", version: "12" } };
const distros = [{ name: "ubuntu", version: "24.04" }, { name: "debian" }];

test.for<[string, readonly DeclaredTarget[], Target, string | undefined]>([
  ["a buildpack without targets matches every platform", [], arm, undefined],
  [
    "a buildpack matches if one of its targets matches",
    [{ os: "linux", arch: "amd64" }, { arch: "arm64" }],
    arm,
    undefined,
  ],
  [
    "a buildpack does not match if none of its targets matches",
    [
      { os: "linux", arch: "amd64" },
      { arch: "arm64", variant: "v7" },
    ],
    arm,
    "the target is linux/arm64/v8 (debian 12), but the buildpack is for linux/amd64, */arm64/v7",
  ],
  [
    "a target with a distribution does not match a platform without a distribution",
    [{ os: "linux", distros }],
    { os: "linux", arch: "amd64" },
    "the target is linux/amd64, but the buildpack is for linux/* (ubuntu 24.04 or debian)",
  ],
])("in the comparison with the platform before detect, %s", ([, declared, target, reason]) => {
  expect(unsuitable(declared, target)).toBe(reason);
});
