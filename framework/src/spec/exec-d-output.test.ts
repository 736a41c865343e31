import { describe, expect, test } from "vitest";
import { decodeExecDOutput, execDOutput } from "./exec-d-output.ts";

test.for<[string, Record<string, string>, string]>([
  ["nothing", {}, ""],
  ["values as basic strings, sorted by name", { B: "2", A: "1" }, 'A = "1"\nB = "2"\n'],
  ["what needs escapes", { _x1: 'a "b"\\\n\u001b' }, '_x1 = "a \\"b\\"\\\\\\n\\u001b"\n'],
])("exec.d output: %s", ([, variables, text]) => {
  expect(execDOutput(variables)).toBe(text);
  expect(decodeExecDOutput(text, "x")).toEqual(variables);
});

test("all invalid variables in an exec.d output are reported at once", () => {
  const variables = { "a b": "", "1A": "", "A-B": "", N: 1 as unknown as string, Z: "\0" };
  expect(() => execDOutput(variables)).toThrow(
    expect.objectContaining({
      code: "EXEC_D_INVALID",
      message: "the output of exec.d is not valid",
      cause:
        '"1A" is not a name of an environment variable; "A-B" is not a name of an environment variable; N is not text; Z holds a NUL; "a b" is not a name of an environment variable',
    }),
  );
});

describe("an exec.d program's output", () => {
  test("can have blank lines, comments and spaces", () => {
    expect(decodeExecDOutput('# heap\n\n  A="1" # MB\r\nB = "a # b"', "x")).toEqual({ A: "1", B: "a # b" });
  });

  test.for<[string, string]>([
    ['"A" = "1"', "a quoted key"],
    ["A = 1", "a number"],
    ["A = '1'", "a literal string"],
    ['A = """\n1"""', "a string of several lines"],
    ["[A]", "a table"],
    ['A.b = "1"', "a dotted key"],
    ['A = "1" B = "2"', "two on one line"],
  ])("cannot have %s", ([text]) => {
    expect(() => decodeExecDOutput(text, "exec.d/00-x")).toThrow(
      expect.objectContaining({ code: "EXEC_D_INVALID", message: "the output of exec.d/00-x is not valid" }),
    );
  });

  test("is refused with each invalid line", () => {
    expect(() => decodeExecDOutput('A = 1\nB = "2"\nC = true\n', "x")).toThrow(
      expect.objectContaining({
        cause: 'line 1 is not of the form NAME = "value": A = 1; line 3 is not of the form NAME = "value": C = true',
      }),
    );
  });

  test("has each name once", () => {
    expect(() => decodeExecDOutput('A = "1"\nA = "2"\n', "x")).toThrow(
      expect.objectContaining({ code: "TOML_INVALID" }),
    );
  });
});
