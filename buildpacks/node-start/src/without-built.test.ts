import { describe, expect, test } from "vitest";
import { scriptStart } from "./command-start.ts";
import { commandsOf } from "./commands.ts";

describe("a line of shell commands", () => {
  const scripts = { x: "one && two", prex: "pre", loop: "npm run loop", group: "a; b" };

  test.for<[string, readonly string[]]>([
    ["a && b", ["a", "b"]],
    ["a 'x && y' && b \"&&\"", ["a 'x && y'", 'b "&&"']],
    ["a > log 2>&1 && b &> log", ["a > log 2>&1", "b &> log"]],
    ["npm run x && b", ["pre", "one", "two", "b"]],
    ["npm run loop", ["npm run loop"]],
    ["npm run unknown && b", ["npm run unknown", "b"]],
    ["npm run group && b", ["npm run group", "b"]],
  ])(
    "such as %j is split into the commands %j, of which each runs only if the previous one succeeds",
    ([line, expected]) => {
      expect(commandsOf(line, scripts)?.map(({ text }) => text)).toEqual(expected);
    },
  );

  test.for(["a\\&&b", "a; b", "a || b", "a | b", "a &", "(a && b)", "a $(b)", "a `b`", "a &&", ""])(
    "such as %j is not split, because it is incomplete or has shell syntax other than && and redirections",
    (line) => {
      expect(commandsOf(line, scripts)).toBeUndefined();
    },
  );
});

test("scripts that call each other twice are parsed without exponential growth", () => {
  const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const scripts = Object.fromEntries(
    names.map((name, index) => [name, `npm run s${index + 1} && npm run s${index + 1}`]),
  );
  expect(commandsOf("npm run s0", scripts)).toHaveLength(1);
});

describe("a start script that repeats the build", () => {
  const build = "tsc -p . && copyfiles a b";
  test.for<[string, Record<string, string>, string | undefined, string?]>([
    [
      "skips the build script",
      { start: "npm run build && node x.js", build },
      "node x.js",
      "tsc -p . && copyfiles a b",
    ],
    [
      "skips the build script if yarn runs it",
      { start: "yarn build && node x.js", build },
      "node x.js",
      "tsc -p . && copyfiles a b",
    ],
    ["skips the commands of the build script", { start: "tsc -p . && node x.js", build }, "node x.js", "tsc -p ."],
    [
      "skips a prestart hook that runs the build script",
      { prestart: "npm run build", start: "node x.js", build },
      "node x.js",
      "tsc -p . && copyfiles a b",
    ],
    [
      "skips a build script that needs a shell",
      { start: "npm run build && node x.js", build: "tsc; a" },
      "node x.js",
      "npm run build",
    ],
    ["skips npm install", { start: "npm install && node x.js" }, "node x.js", "npm install"],
    [
      "skips the build script that another script runs",
      { start: "npm run go", go: "npm run build && node x.js", build },
      "node x.js",
      "tsc -p . && copyfiles a b",
    ],
    [
      "skips the build script and runs a command that needs a shell",
      { start: "npm run build && node x.js $PORT", build },
      "node x.js $PORT",
      "tsc -p . && copyfiles a b",
    ],
    [
      "skips the build script and keeps several commands",
      { start: "npm run build && a && b", build },
      "a && b",
      "tsc -p . && copyfiles a b",
    ],
    [
      "still runs a script other than the build script",
      { start: "npm run compile && node x.js", compile: "tsc" },
      undefined,
    ],
    [
      "runs a command of the build script again if that command sets an environment variable",
      { start: "CI=1 tsc -p . && node x.js", build },
      undefined,
    ],
    [
      "still runs the build script after another command",
      { start: "a && npm run build && node x.js", build },
      undefined,
    ],
    [
      "still runs the build script if no other command remains",
      { start: "npm run build && npm run build", build },
      undefined,
    ],
    [
      "still runs the build script before an operator other than &&",
      { start: "npm run build; node x.js", build },
      undefined,
    ],
  ])("%s", ([, scripts, expected, without]) => {
    const found = scriptStart("start", { scripts, dir: "", isPlugAndPlay: false, built: ["build"] });
    const shell = found.kind === "shell" ? found.line : undefined;
    const line = found.kind === "program" ? found.words.join(" ") : shell;
    expect(line).toBe(expected);
    expect(found.source).toBe(
      `scripts.start in package.json${without === undefined ? "" : `, without "${without}", which the build has already run`}`,
    );
  });

  test("still runs the build script if the build has run no scripts", () => {
    const scripts = { start: "npm run build && node x.js", build };
    expect(scriptStart("start", { scripts, dir: "", isPlugAndPlay: false, built: [] }).kind).toBe("script");
  });
});
