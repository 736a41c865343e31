import { describe, expect, test } from "vitest";
import { formatExecDOutput } from "./exec-d-format.ts";
import { parseExecDOutput } from "./exec-d-output.ts";

test.for<[string, Record<string, string>, string]>([
  ["is empty if the program sets no variables", {}, ""],
  ["contains values as basic strings, sorted by name", { B: "2", A: "1" }, 'A = "1"\nB = "2"\n'],
  ["contains special characters in escaped form", { _x1: 'a "b"\\\n\u001b' }, '_x1 = "a \\"b\\"\\\\\\n\\u001b"\n'],
])("the output of an exec.d program %s", ([, variables, text]) => {
  expect(formatExecDOutput(variables)).toBe(text);
  expect(parseExecDOutput(text, "x")).toEqual(variables);
});

test("all invalid variables in the output of an exec.d program are reported at once", () => {
  const variables = { "a b": "", "1A": "", "A-B": "", N: 1 as unknown as string, Z: "\0" };
  expect(() => formatExecDOutput(variables)).toThrow(
    expect.objectContaining({
      code: "EXEC_D_INVALID",
      message: "the output of exec.d is not valid",
      cause:
        '"1A" is not a name of an environment variable; "A-B" is not a name of an environment variable; the value of N is not a string; the value of Z contains a NUL character; "a b" is not a name of an environment variable',
    }),
  );
});

describe("the output of an exec.d program", () => {
  test("may contain blank lines, comments and spaces", () => {
    expect(parseExecDOutput('# heap\n\n  A="1" # MB\r\nB = "a # b"', "x")).toEqual({ A: "1", B: "a # b" });
  });

  test.for<[string, string]>([
    ['"A" = "1"', "a quoted key"],
    ["A = 1", "a number"],
    ["A = '1'", "a literal string"],
    ['A = """\n1"""', "a string of several lines"],
    ["[A]", "a table"],
    ['A.b = "1"', "a dotted key"],
    ['A = "1" B = "2"', "two variables on one line"],
  ])("is refused if it contains the line %j, with %s", ([text]) => {
    expect(() => parseExecDOutput(text, "exec.d/00-x")).toThrow(
      expect.objectContaining({ code: "EXEC_D_INVALID", message: "the output of exec.d/00-x is not valid" }),
    );
  });

  test("is refused with an error that lists each invalid line", () => {
    expect(() => parseExecDOutput('A = 1\nB = "2"\nC = true\n', "x")).toThrow(
      expect.objectContaining({
        cause: 'line 1 is not of the form NAME = "value": A = 1; line 3 is not of the form NAME = "value": C = true',
      }),
    );
  });

  test("may set each variable only once", () => {
    expect(() => parseExecDOutput('A = "1"\nA = "2"\n', "x")).toThrow(
      expect.objectContaining({ code: "TOML_INVALID" }),
    );
  });
});
