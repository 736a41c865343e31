import { expect, test } from "vitest";
import { chooseScripts } from "./build-scripts.ts";

test.for<[string, Readonly<Record<string, string>>, string | undefined, readonly string[]]>([
  ["build is run by default", { start: "node .", build: "tsc" }, undefined, ["build"]],
  ["nothing is run without a build script", { start: "node ." }, undefined, []],
  ["an empty build script counts as none", { build: " " }, undefined, []],
  ["an empty list switches all off", { build: "tsc", "cnb-prebuild": "a" }, "", []],
  ["a list is run in its order, alone", { build: "b", css: "c", "cnb-postbuild": "p" }, "css, build", ["css", "build"]],
  [
    "before and after the build",
    { "cnb-postbuild": "c", build: "b", "cnb-prebuild": "a" },
    undefined,
    ["cnb-prebuild", "build", "cnb-postbuild"],
  ],
  [
    "Heroku's names",
    { "heroku-prebuild": "a", "heroku-build": "b", "heroku-postbuild": "c", build: "d" },
    undefined,
    ["heroku-prebuild", "heroku-build", "heroku-postbuild"],
  ],
  [
    "Heroku's postbuild comes after the build",
    { "heroku-postbuild": "c", build: "b" },
    undefined,
    ["build", "heroku-postbuild"],
  ],
  ["Google's name", { "gcp-build": "a", build: "b" }, undefined, ["gcp-build"]],
  ["Google's way to run nothing", { "gcp-build": "", build: "b" }, undefined, []],
  ["ours to run nothing", { "cnb-build": "", "heroku-build": "b", "cnb-prebuild": "a" }, undefined, ["cnb-prebuild"]],
  [
    "ours before those of others",
    { "cnb-prebuild": "a", "heroku-prebuild": "b", "cnb-build": "c", "gcp-build": "d" },
    undefined,
    ["cnb-prebuild", "cnb-build"],
  ],
])("build scripts: %s", ([, scripts, requested, expected]) => {
  expect(chooseScripts(scripts, requested)).toEqual(expected);
});

test("a missing script is refused, even if it is named like an object's property", () => {
  expect(() => chooseScripts({ build: "tsc" }, "build,constructor")).toThrow(
    'BP_NODE_RUN_SCRIPTS names "constructor", which package.json does not define',
  );
});
