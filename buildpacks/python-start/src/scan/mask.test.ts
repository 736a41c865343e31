import { expect, test } from "vitest";
import { mask } from "./mask.ts";

/** What the source shows of itself, blanks once. */
const shown = (source: string): string => mask(source).replace(/ +/g, " ");

test.for<[string, string, string]>([
  ["a comment", "a = 1 # b = '2'\nc", "a = 1 \nc"],
  ["texts", `a = "b = 'c' # d" + 'e"'`, `a = " " + ' '`],
  ["quotes that are escaped", String.raw`a = "b\"c" + 'd\\' # e`, `a = " " + ' ' `],
  ["raw texts, in which a quote is escaped as well", String.raw`a = r"\" b" + c`, `a = r" " + c`],
  ["long texts", `"""a\n'''b"\n"""\nc`, `" "\nc`],
  ["lines in brackets", "a = f(\n  b, # c\n  d)\ne", "a = f( b, d)\ne"],
  ["lines that go on", "a = \\\n  b\nc", "a = b\nc"],
  ["lines of Windows", "a = 1\r\nb", "a = 1 \nb"],
  ["fields of formatted texts", `f"{a["b"]} {c!r:>{d}} {{" + e`, `f" " + e`],
  ["formats with quotes", `f'{a:"^9}' + b`, `f' ' + b`],
  ["fields with comments and lines", 'f"""{\na # "\n}""" + b', `f" " + b`],
  ["templates", `t"{a["b"]}" + c`, `t" " + c`],
  ["texts that are not formatted ones", `rf = 1; x["{"]; elf"{" + a`, `rf = 1; x[" "]; elf" " + a`],
  ["a text that is not closed", 'a = "b\nc = 1', 'a = ""\nc = 1'],
  ["a long text that is not closed", 'a = """b\nc = 1', 'a = " "'],
  ["brackets that are not opened", "a)\nb", "a)\nb"],
])("mask: %s", ([, source, expected]) => {
  expect(shown(source)).toBe(expected);
});

test.for([`f"{`, '"', "f'{a:{", "(", "f'''{x:"])("masking %j a hundred thousand times keeps the length", (part) => {
  const source = part.repeat(100_000);
  expect(mask(source)).toHaveLength(source.length);
});
