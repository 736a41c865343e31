import { describe, expect, test } from "vitest";
import { commandsOf } from "../commands.ts";
import { scriptStart } from "../script-start.ts";

describe("a shell line is split into commands that run until one fails", () => {
  test.for<[string, readonly string[] | undefined]>([
    ["a && b", ["a", "b"]],
    ["a 'x && y' && b \"&&\"", ["a 'x && y'", 'b "&&"']],
    ["a > log 2>&1 && b &> log", ["a > log 2>&1", "b &> log"]],
    ["npm run x && b", ["pre", "one", "two", "b"]],
    ["npm run loop", ["npm run loop"]],
    ["npm run unknown && b", ["npm run unknown", "b"]],
    ["npm run group && b", ["npm run group", "b"]],
    ["a\\&&b", undefined],
    ["a; b", undefined],
    ["a || b", undefined],
    ["a | b", undefined],
    ["a &", undefined],
    ["(a && b)", undefined],
    ["a $(b)", undefined],
    ["a `b`", undefined],
    ["a &&", undefined],
    ["", undefined],
  ])("%s", ([line, expected]) => {
    const scripts = { x: "one && two", prex: "pre", loop: "npm run loop", group: "a; b" };
    expect(commandsOf(line, scripts)?.map(({ text }) => text)).toEqual(expected);
  });
});

test("scripts that call each other twice are not expanded endlessly", () => {
  const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const scripts = Object.fromEntries(
    names.map((name, index) => [name, `npm run s${index + 1} && npm run s${index + 1}`]),
  );
  expect(commandsOf("npm run s0", scripts)).toHaveLength(1);
});

describe("a start script skips commands that the build has run", () => {
  const build = "tsc -p . && copyfiles a b";
  test.for<[string, Record<string, string>, string | undefined, string?]>([
    ["its build script", { start: "npm run build && node x.js", build }, "node x.js", "tsc -p . && copyfiles a b"],
    ["the same with yarn", { start: "yarn build && node x.js", build }, "node x.js", "tsc -p . && copyfiles a b"],
    ["its commands", { start: "tsc -p . && node x.js", build }, "node x.js", "tsc -p ."],
    ["a hook", { prestart: "npm run build", start: "node x.js", build }, "node x.js", "tsc -p . && copyfiles a b"],
    [
      "a build script for a shell",
      { start: "npm run build && node x.js", build: "tsc; a" },
      "node x.js",
      "npm run build",
    ],
    ["an installation", { start: "npm install && node x.js" }, "node x.js", "npm install"],
    [
      "through another script",
      { start: "npm run go", go: "npm run build && node x.js", build },
      "node x.js",
      "tsc -p . && copyfiles a b",
    ],
    [
      "what needs a shell remains",
      { start: "npm run build && node x.js $PORT", build },
      "node x.js $PORT",
      "tsc -p . && copyfiles a b",
    ],
    ["several commands remain", { start: "npm run build && a && b", build }, "a && b", "tsc -p . && copyfiles a b"],
    ["another script than the build's", { start: "npm run compile && node x.js", compile: "tsc" }, undefined],
    ["the same with other variables", { start: "CI=1 tsc -p . && node x.js", build }, undefined],
    ["commands of the build behind others", { start: "a && npm run build && node x.js", build }, undefined],
    ["nothing but the build", { start: "npm run build && npm run build", build }, undefined],
    ["with other operators", { start: "npm run build; node x.js", build }, undefined],
  ])("%s", ([, scripts, expected, without]) => {
    const found = scriptStart("start", { scripts, dir: "", isPlugAndPlay: false, built: ["build"] });
    const line = found.kind === "program" ? found.words.join(" ") : found.kind === "shell" ? found.line : undefined;
    expect(line).toBe(expected);
    expect(found.source).toBe(
      `scripts.start in package.json${without === undefined ? "" : ` without "${without}", which the build has run`}`,
    );
  });

  test("but keeps commands that it has not run", () => {
    const scripts = { start: "npm run build && node x.js", build };
    expect(scriptStart("start", { scripts, dir: "", isPlugAndPlay: false, built: [] }).kind).toBe("script");
  });
});
