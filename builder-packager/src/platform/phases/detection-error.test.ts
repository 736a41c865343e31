import type { FailedGroup } from "libcnb/lifecycle-rules";
import { expect, test } from "vitest";
import { detectionError } from "./detection-error.ts";

const member = (id: string, code: number, output = "", optional = false): FailedGroup["members"][number] => ({
  element: { id, version: "1", optional },
  run: { code, output, plan: { provides: [], requires: [], or: [] } },
});

const errorOf = (...failures: FailedGroup[]) => {
  const { message, hint } = detectionError("./app", { outcome: "undetected", errored: false, failures });
  return { message, hint };
};

const engine = member("x/engine", 0);
const start = member("x/start", 100, "no start script\n");
const other = member("y/engine", 100, "no pom.xml\n");

test("the detection error names the buildpack that stopped the most successful group", () => {
  expect(errorOf({ members: [other], reasons: [] }, { members: [engine, start], reasons: [] })).toEqual({
    message: `no group of buildpacks detected ./app
  x/start@1: did not detect
    no start script
  y/engine@1: did not detect
    no pom.xml
  x/engine@1: passed`,
    hint: "Correct what x/start reports: the other buildpacks of its group passed. Otherwise check --path, or use a builder whose buildpacks support this kind of application.",
  });
});

test("the hint of the detection error names no buildpack if two groups got equally far", () => {
  const group = (name: string) => ({
    members: [member(`${name}/engine`, 0), member(`${name}/start`, 100, name)],
    reasons: [],
  });
  expect(errorOf(group("x"), group("y")).hint).toBe(
    "Check --path, or use a builder whose buildpacks support this kind of application.",
  );
});

test("the hint of the detection error names no buildpack if none passed", () => {
  expect(errorOf({ members: [other], reasons: [] })).toEqual({
    message: `no group of buildpacks detected ./app
  y/engine@1: did not detect
    no pom.xml`,
    hint: "Check --path, or use a builder whose buildpacks support this kind of application.",
  });
});

test("the hint of the detection error names a shared library that the build image lacks", () => {
  const output =
    "/cnb/x/bin/detect: error while loading shared libraries: libstdc++.so.6: cannot open shared object file";
  const failures = [{ members: [member("x/engine", 127, output)], reasons: [] }];
  expect(detectionError("./app", { outcome: "undetected", errored: true, failures })).toMatchObject({
    code: "DETECT_ERRORED",
    hint: "The build image lacks libstdc++.so.6, which the buildpacks need. Add the package that has it: executables compiled from TypeScript need libstdc++6 and libgcc-s1 of Debian.",
  });
});
