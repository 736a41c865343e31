import { expect, test } from "vitest";
import { parseProperties } from "./properties.ts";

test.for<[string, string, Record<string, string>]>([
  ["separators", "a=1\nb: 2\nc 3\nd\t=\t4\ne\n = x\n", { a: "1", b: "2", c: "3", d: "4", e: "", "": "x" }],
  ["comments and empty lines", "# a=1\n  ! b=2\n\n\r\nc=3#4", { c: "3#4" }],
  ["lines that go on", "a=1,\\\n   2,\\\r\n\t3\nb=x\\\\\nc=\\", { a: "1,2,3", b: "x\\", c: "" }],
  ["a comment does not go on", "# a\\\nb=1", { b: "1" }],
  ["what goes on is not a comment", "a=1\\\n#2", { a: "1#2" }],
  ["escapes", "a\\ b\\=c=\\u0041\\t\\q\\u12\nurl=https\\://a.test/b", { "a b=c": "A\tqu12", url: "https://a.test/b" }],
  ["a name twice", "a=1\na=2", { a: "2" }],
  ["blanks at the end of a value", "a = 1 ", { a: "1 " }],
  ["a mark of the encoding", "\ufeffa=1", { a: "1" }],
])("properties: %s", ([, text, expected]) => {
  expect(Object.fromEntries(parseProperties(text))).toEqual(expected);
});

test("any properties file is read in linear time", () => {
  expect(parseProperties("\\".repeat(500_001)).size).toBe(1);
  expect(parseProperties("a\\\n".repeat(100_000)).size).toBe(1);
  expect(parseProperties("a".repeat(10_000_000)).size).toBe(1);
  expect(parseProperties("\\".repeat(10_000_000)).size).toBe(1);
});
