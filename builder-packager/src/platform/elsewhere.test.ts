import { expect, test } from "vitest";
import { runElsewhere } from "./elsewhere.ts";

const places = [{ source: "/work/a", target: "/cnb/buildpacks/a/1" }];

test.for<readonly [string, string, string, string]>([
  ["that was added", "/cnb/buildpacks/a/1", "/work/a/bin/build", "/work/a"],
  ["of the builder", "/cnb/buildpacks/b/1", "/cnb/buildpacks/b/1/bin/build", "/cnb/buildpacks/b/1"],
  [
    "whose version only begins like it",
    "/cnb/buildpacks/a/10",
    "/cnb/buildpacks/a/10/bin/build",
    "/cnb/buildpacks/a/10",
  ],
])("a buildpack %s", ([, dir, program, expected]) => {
  const given = {
    command: [`${dir}/bin/build`, "/layers"] as [string, string],
    env: { A: "1", CNB_BUILDPACK_DIR: dir },
  };
  expect(runElsewhere(given, places)).toEqual({
    command: [program, "/layers"],
    env: { A: "1", CNB_BUILDPACK_DIR: expected },
  });
});
