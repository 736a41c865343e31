import { expect, test } from "vitest";
import { goJson, sortedTables } from "../formats/go-json.ts";
import { writeGoToml } from "../formats/go-toml.ts";
import { parseToml } from "../formats/toml.ts";

// What the official lifecycle 0.21.0 makes of the same lines, in the label and in the buildpack plan.
test.for([
  ["1979-05-27T07:32:00.999999999Z", "1979-05-27T07:32:00.999999999Z", "1979-05-27T07:32:00.999999999Z"],
  ["2024-01-01T00:00:00.123456789+05:30", "2024-01-01T00:00:00.123456789+05:30", undefined],
  ["2024-01-01T00:00:00.000000001Z", "2024-01-01T00:00:00.000000001Z", undefined],
  ["2024-01-01 00:00:00.1234560Z", "2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123456Z"],
  ["2024-01-01T00:00:00.123456", "2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123456"],
  ["07:32:00.000001", "0000-01-01T07:32:00.000001Z", "07:32:00.000001"],
  ["2024-01-01T00:00:00.1234567891234Z", "2024-01-01T00:00:00.123456789Z", "2024-01-01T00:00:00.123456789Z"],
  ["1969-12-31T23:59:59.99999Z", "1969-12-31T23:59:59.99999Z", undefined],
  ["2024-01-01T00:00:00.1000000Z", "2024-01-01T00:00:00.1Z", "2024-01-01T00:00:00.1Z"],
] as const)(
  "the timestamp %s in TOML is kept with nanoseconds, and is %j in JSON",
  ([written, json, toml = written]) => {
    const table = parseToml(`a = ${written}\nb = [${written}, { c = ${written} }]\n[t]\nd = ${written}\n`);
    const again = JSON.stringify(json);
    expect(goJson(sortedTables(table))).toBe(`{"a":${again},"b":[${again},{"c":${again}}],"t":{"d":${again}}}`);
    expect(writeGoToml({ a: table["a"] })).toBe(`a = ${toml}\n`);
  },
);

test("strings, keys and comments that look like timestamps are unchanged", () => {
  const time = "2024-01-01T00:00:00.123456789Z";
  const text = `a = "${time}" # ${time}
'${time}' = '${time}'
b = """
${time} \\""" "" ${time}"""
c = '''
${time} '' '''
d = ${time}`;
  const { d, ...texts } = parseToml(text);
  expect(texts).toEqual({ a: time, [time]: time, b: `${time} """ "" ${time}`, c: `${time} '' ` });
  expect(goJson(sortedTables(d))).toBe(`"${time}"`);
});

test("a TOML syntax error is reported with its position", () => {
  expect(() => parseToml("a = [07:00:00.123456, x]")).toThrow(/1:\s*a = \[07:00:00.123456, x\]\n\s*\^/);
});

test.for([
  "a = 2024-01-01T25:00:00.123456Z",
  "a = 2024-13-01T00:00:00.123456Z",
  'a = "1\nb = 07:00:00.1234',
  "07:00:00.1234 = 1",
])("the malformed timestamp %j is refused", (text) => expect(() => parseToml(text)).toThrow("Invalid TOML document"));

test("parsing unterminated quotes takes linear time", () => {
  const start = performance.now();
  expect(() => parseToml(`a = 07:00:00.1234\nb = "${'\\"'.repeat(500_000)}\n`)).toThrow("Invalid TOML document");
  expect(performance.now() - start).toBeLessThan(2_000);
});
