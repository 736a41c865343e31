import { expect, test } from "vitest";
import { mask } from "./mask.ts";

/** The unmasked part of the source, with runs of blanks reduced to one. */
const shown = (source: string): string => mask(source).replace(/ +/g, " ");

test.for<[string, string, string]>([
  ["removes a comment", "a = 1 # b = '2'\nc", "a = 1 \nc"],
  ["blanks string literals", `a = "b = 'c' # d" + 'e"'`, `a = " " + ' '`],
  ["blanks literals with escaped quotes", String.raw`a = "b\"c" + 'd\\' # e`, `a = " " + ' ' `],
  ["blanks raw literals with escaped quotes", String.raw`a = r"\" b" + c`, `a = r" " + c`],
  ["blanks triple-quoted literals", `"""a\n'''b"\n"""\nc`, `" "\nc`],
  ["joins lines in brackets", "a = f(\n  b, # c\n  d)\ne", "a = f( b, d)\ne"],
  ["joins lines after a backslash", "a = \\\n  b\nc", "a = b\nc"],
  ["keeps lines that end with CRLF", "a = 1\r\nb", "a = 1 \nb"],
  ["blanks f-strings with their fields", `f"{a["b"]} {c!r:>{d}} {{" + e`, `f" " + e`],
  ["blanks f-strings with quotes in a format", `f'{a:"^9}' + b`, `f' ' + b`],
  ["blanks f-strings with comments and line ends in a field", 'f"""{\na # "\n}""" + b', `f" " + b`],
  ["blanks template strings", `t"{a["b"]}" + c`, `t" " + c`],
  [
    "does not take other names before a literal for an f-string",
    `rf = 1; x["{"]; elf"{" + a`,
    `rf = 1; x[" "]; elf" " + a`,
  ],
  ["ends an unclosed literal at the line's end", 'a = "b\nc = 1', 'a = ""\nc = 1'],
  ["blanks an unclosed triple-quoted literal up to the file's end", 'a = """b\nc = 1', 'a = " "'],
  ["ignores closing brackets without an opening one", "a)\nb", "a)\nb"],
])("masking Python source %s", ([, source, expected]) => {
  expect(shown(source)).toBe(expected);
});

test.for([`f"{`, '"', "f'{a:{", "(", "f'''{x:"])(
  "masking Python source with %j repeated 100 000 times keeps its length",
  (part) => {
    const source = part.repeat(100_000);
    expect(mask(source)).toHaveLength(source.length);
  },
);
