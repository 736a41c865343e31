import { expect, test } from "vitest";
import { LibcnbError } from "../../errors.ts";
import { formatToml, parseToml } from "./toml.ts";

test("TOML tables, lists, numbers and dates are parsed", () => {
  const text = `a = 1\nb = 1.0\nc = 2026-01-02T03:04:05Z\n[t]\nx = ["y", true]\n[[l]]\nd = 2026-01-02\n`;
  expect(parseToml(text, "x.toml")).toEqual({
    a: 1,
    b: 1,
    c: "2026-01-02T03:04:05.000Z",
    t: { x: ["y", true] },
    l: [{ d: "2026-01-02" }],
  });
});

test.for<[string, string | Uint8Array, string, string]>([
  [
    "a value without quotes",
    "a = 1\nb = x\n",
    "project.toml:2:5 is not valid TOML: invalid value",
    "Correct line 2 of project.toml.",
  ],
  [
    "a repeated key",
    "a = 1\na = 2\n",
    "project.toml:2:1 is not valid TOML: trying to redefine an already defined table or value",
    "Correct line 2 of project.toml.",
  ],
  [
    "a byte that is not UTF-8",
    Buffer.from('a = 1\nb = "x\xff"\n', "latin1"),
    "project.toml:2:7 is not valid TOML: its bytes are not UTF-8",
    "Correct line 2 of project.toml.",
  ],
  [
    "an incomplete UTF-8 character after multi-byte characters",
    Buffer.concat([Buffer.from('a = 1\nb = "é\ufffd€'), Buffer.from([0xef, 0xbf, 0x22])]),
    "project.toml:2:9 is not valid TOML: its bytes are not UTF-8",
    "Correct line 2 of project.toml.",
  ],
  [
    "a file that ends within a UTF-8 character",
    Buffer.concat([Buffer.from("a = 1 # "), Buffer.from([0xef, 0xbf])]),
    "project.toml:1:9 is not valid TOML: its bytes are not UTF-8",
    "Correct line 1 of project.toml.",
  ],
  ...["2021-02-29", "2021-02-29T12:00:00Z", "2100-02-29 12:00:00", "2021-02-31", "2021-04-31"].map(
    (date): [string, string, string, string] => [
      `${date}, a date that does not exist`,
      `"2021-02-30" = "2021-02-30" # 2021-02-30\na = ${date}\n`,
      "project.toml:2:5 is not valid TOML: invalid date",
      "Correct line 2 of project.toml.",
    ],
  ),
  [
    "a deeply nested list",
    `a = ${"[".repeat(100_000)}`,
    "project.toml:1:105 is not valid TOML: it is nested more than 100 levels deep",
    "Correct line 1 of project.toml.",
  ],
  [
    "a dotted key with very many parts",
    `${"a.".repeat(100_000)}a = 1\n`,
    "project.toml is not valid TOML: the TOML tables are nested more than 100 levels deep",
    "Shorten the dotted keys of project.toml.",
  ],
  [
    "a table name with very many parts",
    `[${"a.".repeat(100_000)}a]\n`,
    "project.toml is not valid TOML: the TOML tables are nested more than 100 levels deep",
    "Shorten the dotted keys of project.toml.",
  ],
])("malformed TOML causes an error with the position of %s", ([, text, message, hint]) => {
  let error: unknown;
  try {
    parseToml(text, "project.toml");
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toEqual(new LibcnbError("TOML_INVALID", message, { hint }));
  expect(error).toMatchObject({ hint });
});

test("dates of leap years are parsed as TOML, and date-like strings, keys and comments are unchanged", () => {
  const text = `2021-02-30 = "2021-02-30"\na = 2024-02-29 # 2021-02-31\nb = [2000-02-29T00:00:00-01:00]\nc = '2021-04-31'\n`;
  expect(parseToml(text, "x.toml")).toEqual({
    "2021-02-30": "2021-02-30",
    a: "2024-02-29",
    b: ["2000-02-29T00:00:00.000-01:00"],
    c: "2021-04-31",
  });
});

test("TOML bytes are read as UTF-8, with or without a byte order mark", () => {
  const value = { a: "é\ufffd" };
  expect(parseToml(Buffer.from('a = "é\ufffd"'), "x.toml")).toEqual(value);
  expect(parseToml(Buffer.from('\ufeffa = "é\ufffd"'), "x.toml")).toEqual(value);
});

test("a TOML integer beyond 2^53 becomes a bigint", () => {
  expect(parseToml("a = 9223372036854775807\nb = [-9007199254740993]\nc = 7\nd = 7.0\ne = 1e300\n", "x.toml")).toEqual({
    a: 9223372036854775807n,
    b: [-9007199254740993n],
    c: 7,
    d: 7,
    e: 1e300,
  });
});

test("an untrusted TOML file can have keys such as __proto__", () => {
  const value = parseToml("[constructor]\nleak = 1\n[__proto__]\npolluted = true\n[a.toString]\nleak = 1\n", "x.toml");
  expect(Object.keys(value)).toEqual(["constructor", "__proto__", "a"]);
  expect(["leak" in Object, "polluted" in {}, "leak" in Object.prototype.toString]).toEqual([false, false, false]);
  expect(formatToml(value)).toBe("[constructor]\nleak = 1\n\n[__proto__]\npolluted = true\n\n[a.toString]\nleak = 1\n");
});

test.for<[string, Record<string, unknown>, string]>([
  ["an empty object is an empty text", {}, ""],
  ["undefined and null fields are omitted", { a: undefined, b: null, c: { d: undefined } }, "[c]\n"],
  [
    "integers keep all their digits",
    { a: 9223372036854775807n, b: -9223372036854775808n, c: 2n, d: 2 ** 53 - 1 },
    "a = 9223372036854775807\nb = -9223372036854775808\nc = 2\nd = 9007199254740991\n",
  ],
  ["a number beyond 2^53 is written as a float", { a: 2 ** 60 }, "a = 1152921504606846976.0\n"],
  ["a date is written as a string", { a: new Date(0) }, `a = "1970-01-01T00:00:00.000Z"\n`],
  ["a control character is escaped", { a: `"\u0000\u001b[1m` }, `a = "\\"\\u0000\\u001b[1m"\n`],
  ["an unpaired surrogate is replaced", { a: "\ud800" }, `a = "\ufffd"\n`],
  ["lists of tables are written as arrays of tables", { l: [{ a: 1 }, { a: 2 }] }, "[[l]]\na = 1\n\n[[l]]\na = 2\n"],
])("in the TOML that formatToml writes, %s", ([, value, text]) => {
  expect(formatToml(value)).toBe(text);
});

test("circular and too deeply nested values are refused when TOML is written", () => {
  const itself: Record<string, unknown> = {};
  Object.assign(itself, { a: itself, b: itself });
  const deep = Array.from({ length: 200 }).reduce((value: unknown) => ({ a: value }), 1);
  for (const value of [itself, deep])
    expect(() => formatToml({ size: 1n, value })).toThrow(
      "value cannot be written as TOML: it is nested more than 100 levels deep, or contains itself",
    );
});

test.for<[string, unknown, string]>([
  ["a function", () => {}, "a.b cannot be written as TOML: it is a function"],
  ["a number that is not finite", Number.NaN, "a.b cannot be written as TOML: it is NaN"],
  ["an integer of more than 64 bits", 2n ** 63n, "a.b cannot be written as TOML: it is 9223372036854775808"],
  ["null in a list", [1, null], "a.b[1] cannot be written as TOML: it is null"],
])("%s cannot be written as TOML", ([, value, message]) => {
  expect(() => formatToml({ a: { b: value } })).toThrow(message);
});
