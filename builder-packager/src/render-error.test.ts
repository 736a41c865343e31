import { describe, expect, test } from "vitest";
import { CnbError } from "./errors.ts";
import { exitCodeOf, renderError } from "./render-error.ts";

describe("an error that a user can act on", () => {
  const error = new CnbError("ARGUMENT_INVALID", "--path ./app is not a directory", {
    cause: new Error("ENOENT: no such file or directory"),
    hint: "Give the folder of the application.",
  });

  test("shows what failed, why, what to do and its code", () => {
    expect(renderError(error)).toBe(
      [
        "ERROR: --path ./app is not a directory",
        "  caused by: ENOENT: no such file or directory",
        "HINT: Give the folder of the application.",
        "CODE: ARGUMENT_INVALID",
        "",
      ].join("\n"),
    );
  });

  test("ends the command with its own exit code", () => expect(exitCodeOf(error)).toBe(3));
});

test("a cause may be a sentence", () => {
  const error = new CnbError("ARGUMENT_INVALID", "--path is missing", {
    cause: new Error("no", { cause: "nothing given" }),
  });
  expect(renderError(error)).toBe(
    "ERROR: --path is missing\n  caused by: no\n  caused by: nothing given\nCODE: ARGUMENT_INVALID\n",
  );
});

describe("an error that nobody foresaw", () => {
  test("asks to be reported", () => {
    expect(renderError(new TypeError("x is undefined"))).toMatch(
      /^ERROR: x is undefined\nThis is a bug in cnb\.[\s\S]*CODE: INTERNAL\n$/,
    );
  });

  test("exits with 70", () => expect(exitCodeOf(new TypeError("x"))).toBe(70));
});
