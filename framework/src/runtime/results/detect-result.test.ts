import { expect, test } from "vitest";
import { type DetectResult, fail, pass } from "../../detect.ts";
import type { DeclaredTarget, Target } from "../../spec/target.ts";
import { checkDetectResult, unsuitable } from "./detect-result.ts";

const circle: { self?: unknown } = {};
circle.self = circle;

test.for<[unknown, string]>([
  [undefined, "detect returned nothing"],
  [null, "detect returned nothing"],
  [true, "detect returned true"],
  ["pass", 'detect returned "pass"'],
  [{ pass: true }, 'detect returned {"pass":true}'],
  [{ outcome: "pass" }, 'detect returned {"outcome":"pass"}'],
  [pass, "detect returned a function, and did not call it"],
  [circle, "detect returned a value of type object"],
  ["x".repeat(200), `detect returned "${"x".repeat(99)}…`],
  [{ outcome: "fail" }, "detect failed without a reason"],
  [{ outcome: "fail", reason: " " }, "detect failed without a reason"],
])("%# is not a valid result of detect", ([result, message]) => {
  expect(() => checkDetectResult(result)).toThrow(expect.objectContaining({ code: "DETECT_RESULT_INVALID", message }));
});

test.for<[string, DetectResult]>([
  ["pass", pass()],
  ["fail", fail("no package.json")],
])("%s is a valid result of detect", ([, result]) => {
  expect(checkDetectResult(result)).toEqual(result);
});

test("an empty reason is refused by the compiler and at run time", () => {
  // @ts-expect-error an empty reason
  expect(fail("")).toEqual({ outcome: "fail", reason: "" });
  const computed: string = ["no ", "package.json"].join("");
  expect(fail(computed)).toEqual({ outcome: "fail", reason: "no package.json" });
});

const arm: Target = { os: "linux", arch: "arm64", variant: "v8", distro: { name: "debian", version: "12" } };
const distros = [{ name: "ubuntu", version: "24.04" }, { name: "debian" }];

test.for<[string, readonly DeclaredTarget[], Target, string | undefined]>([
  ["no targets are for all", [], arm, undefined],
  ["one of several matches", [{ os: "linux", arch: "amd64" }, { arch: "arm64" }], arm, undefined],
  [
    "none matches",
    [
      { os: "linux", arch: "amd64" },
      { arch: "arm64", variant: "v7" },
    ],
    arm,
    "the target is linux/arm64/v8 (debian 12), the buildpack is for linux/amd64, */arm64/v7",
  ],
  [
    "the distribution is unknown",
    [{ os: "linux", distros }],
    { os: "linux", arch: "amd64" },
    "the target is linux/amd64, the buildpack is for linux/* (ubuntu 24.04 or debian)",
  ],
])("a detect result: %s", ([, declared, target, reason]) => {
  expect(unsuitable(declared, target)).toBe(reason);
});
