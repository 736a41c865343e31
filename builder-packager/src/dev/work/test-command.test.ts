import { expect, test } from "vitest";
import { testCommand } from "./test-command.ts";

const vitest = { dir: "/repo", script: "vitest run" };

test("vitest runs the tests that import a changed file", () => {
  expect(testCommand("/repo/bp", ["src/build.ts", "src/a.test.ts"], [vitest])).toEqual({
    cwd: "/repo",
    tool: "vitest",
    args: ["related", "/repo/bp/src/build.ts", "/repo/bp/src/a.test.ts", "--run", "--passWithNoTests"],
  });
});

test.each(["buildpack.toml", "package.json"])("vitest runs all tests of the buildpack if %s changed", (path) => {
  expect(testCommand("/repo", [path, "src/build.ts"], [vitest])?.args).toEqual(["run", "--passWithNoTests"]);
  expect(testCommand("/repo/bp", [path], [vitest])?.args).toEqual(["run", "--passWithNoTests", "--dir", "/repo/bp"]);
});

test("npm runs the buildpack's own test script if the script does not use vitest", () => {
  const own = { dir: "/repo/bp", script: "node --test" };
  expect(testCommand("/repo/bp", ["src/build.ts"], [own, vitest])).toEqual({
    cwd: "/repo/bp",
    tool: "npm",
    args: ["test"],
  });
});

test("the test script of a parent directory does not run unless it uses vitest", () => {
  expect(testCommand("/repo/bp", ["src/build.ts"], [{ dir: "/repo", script: "make check" }])).toBeUndefined();
});

test("a package.json without a test script is ignored", () => {
  expect(testCommand("/repo/bp", ["a.ts"], [{ dir: "/repo/bp", script: undefined }, vitest])?.cwd).toBe("/repo");
  expect(testCommand("/repo/bp", ["a.ts"], [])).toBeUndefined();
});
