import { expect, test } from "vitest";
import { withoutMounts } from "./without-mounts.ts";

const locations = [{ source: "/build/a", target: "/cnb/buildpacks/a/1" }];

test.for<readonly [string, string, string, string]>([
  [
    "that was added to the builder runs in the buildpack's source directory",
    "/cnb/buildpacks/a/1",
    "/build/a/bin/build",
    "/build/a",
  ],
  [
    "of the builder runs in the buildpack's directory in the builder",
    "/cnb/buildpacks/b/1",
    "/cnb/buildpacks/b/1/bin/build",
    "/cnb/buildpacks/b/1",
  ],
  [
    "whose version starts with the version of an added buildpack runs in the buildpack's directory in the builder",
    "/cnb/buildpacks/a/10",
    "/cnb/buildpacks/a/10/bin/build",
    "/cnb/buildpacks/a/10",
  ],
])("in a build without a sandbox, the command of a buildpack %s", ([, dir, program, expected]) => {
  const given = {
    command: [`${dir}/bin/build`, "/layers"] as [string, string],
    env: { A: "1", CNB_BUILDPACK_DIR: dir },
  };
  expect(withoutMounts(given, locations)).toEqual({
    command: [program, "/layers"],
    env: { A: "1", CNB_BUILDPACK_DIR: expected },
  });
});

test("in a build without a sandbox, the command of an added extension runs in the extension's source directory", () => {
  const dir = "/cnb/extensions/a/1";
  const given = { command: [`${dir}/bin/generate`] as [string], env: { CNB_EXTENSION_DIR: dir } };
  expect(withoutMounts(given, [{ source: "/build/a", target: dir }])).toEqual({
    command: ["/build/a/bin/generate"],
    env: { CNB_EXTENSION_DIR: "/build/a" },
  });
});
