import { expect, test } from "vitest";
import { chooseScripts } from "./build-scripts.ts";

test.for<[string, Readonly<Record<string, string>>, string | undefined, readonly string[]]>([
  ["the build script runs by default", { start: "node .", build: "tsc" }, undefined, ["build"]],
  ["no script runs if package.json has no build script", { start: "node ." }, undefined, []],
  ["an empty build script is ignored", { build: " " }, undefined, []],
  ["an empty BP_NODE_RUN_SCRIPTS disables all scripts", { build: "tsc", "cnb-prebuild": "a" }, "", []],
  [
    "only the scripts in BP_NODE_RUN_SCRIPTS run, in that order",
    { build: "b", css: "c", "cnb-postbuild": "p" },
    "css, build",
    ["css", "build"],
  ],
  [
    "the script cnb-prebuild runs before build, and cnb-postbuild runs after build",
    { "cnb-postbuild": "c", build: "b", "cnb-prebuild": "a" },
    undefined,
    ["cnb-prebuild", "build", "cnb-postbuild"],
  ],
  [
    "the scripts heroku-prebuild, heroku-build and heroku-postbuild run instead of build",
    { "heroku-prebuild": "a", "heroku-build": "b", "heroku-postbuild": "c", build: "d" },
    undefined,
    ["heroku-prebuild", "heroku-build", "heroku-postbuild"],
  ],
  [
    "the script heroku-postbuild runs after build",
    { "heroku-postbuild": "c", build: "b" },
    undefined,
    ["build", "heroku-postbuild"],
  ],
  ["the script gcp-build runs instead of build", { "gcp-build": "a", build: "b" }, undefined, ["gcp-build"]],
  ["an empty script gcp-build disables build", { "gcp-build": "", build: "b" }, undefined, []],
  [
    "an empty script cnb-build disables heroku-build but not cnb-prebuild",
    { "cnb-build": "", "heroku-build": "b", "cnb-prebuild": "a" },
    undefined,
    ["cnb-prebuild"],
  ],
  [
    "the scripts cnb-prebuild and cnb-build take precedence over the scripts for Heroku and Google",
    { "cnb-prebuild": "a", "heroku-prebuild": "b", "cnb-build": "c", "gcp-build": "d" },
    undefined,
    ["cnb-prebuild", "cnb-build"],
  ],
])("for the build of a Node.js app, %s", ([, scripts, requested, expected]) => {
  expect(chooseScripts(scripts, requested)).toEqual(expected);
});

test("a build script that package.json does not define is refused, even if it is named like a property of JavaScript objects", () => {
  expect(() => chooseScripts({ build: "tsc" }, "build,constructor")).toThrow(
    'BP_NODE_RUN_SCRIPTS names "constructor", which package.json does not define',
  );
});
