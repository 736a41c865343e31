import { expect, test } from "vitest";
import { parseProperties } from "./properties.ts";

test.for<[string, string, Record<string, string>]>([
  ["each kind of separator", "a=1\nb: 2\nc 3\nd\t=\t4\ne\n = x\n", { a: "1", b: "2", c: "3", d: "4", e: "", "": "x" }],
  ["comments and empty lines", "# a=1\n  ! b=2\n\n\r\nc=3#4", { c: "3#4" }],
  ["continued lines", "a=1,\\\n   2,\\\r\n\t3\nb=x\\\\\nc=\\", { a: "1,2,3", b: "x\\", c: "" }],
  ["a comment that ends with a backslash", "# a\\\nb=1", { b: "1" }],
  ["a continued line that starts with #", "a=1\\\n#2", { a: "1#2" }],
  ["escapes", "a\\ b\\=c=\\u0041\\t\\q\\u12\nurl=https\\://a.test/b", { "a b=c": "A\tqu12", url: "https://a.test/b" }],
  ["a repeated name", "a=1\na=2", { a: "2" }],
  ["trailing blanks of a value", "a = 1 ", { a: "1 " }],
  ["a byte order mark", "\ufeffa=1", { a: "1" }],
])("a properties file is parsed with %s", ([, text, expected]) => {
  expect(Object.fromEntries(parseProperties(text))).toEqual(expected);
});

test("any properties file is read in linear time", () => {
  expect(parseProperties("\\".repeat(500_001)).size).toBe(1);
  expect(parseProperties("a\\\n".repeat(100_000)).size).toBe(1);
  expect(parseProperties("a".repeat(10_000_000)).size).toBe(1);
  expect(parseProperties("\\".repeat(10_000_000)).size).toBe(1);
});
