import { expect, test } from "vitest";
import { chooseScripts } from "./choose.ts";

test.for<[string, Readonly<Record<string, string>>, string | undefined, readonly string[]]>([
  ["build is run by default", { start: "node .", build: "tsc" }, undefined, ["build"]],
  ["nothing is run without a build script", { start: "node ." }, undefined, []],
  ["an empty build script counts as none", { build: " " }, undefined, []],
  ["an empty list switches all off", { build: "tsc" }, "", []],
  ["a list is run in its order", { build: "tsc", css: "sass", lint: "x" }, "css, build", ["css", "build"]],
])("%s", ([, scripts, requested, expected]) => {
  expect(chooseScripts(scripts, requested)).toEqual(expected);
});
