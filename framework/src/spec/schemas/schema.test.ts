import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { anyTable, boolean, integer, list, number, oneOf, optional, string, table, text } from "./schema.ts";
import { type Decoded, type Decoding, decode, issueLines, type Schema } from "./standard-schema.ts";

test.for<[string, Schema<unknown>, unknown, unknown]>([
  ["a string", string, "x", "x"],
  ["a boolean", boolean, false, false],
  ["an integer", integer, 20, 20],
  ["an integer that went through JSON", integer, 20.0, 20],
  ["a number", number, 0.5, 0.5],
  ["a choice", oneOf("amd64", "arm64"), "arm64", "arm64"],
  ["a text", text(/^v\d+$/, "a tag"), "v1", "v1"],
  ["a list", list(string), ["a", "b"], ["a", "b"]],
  ["any table", anyTable, { a: [1] }, { a: [1] }],
  ["a table without its optional field", table({ a: string, b: optional(string) }), { a: "x" }, { a: "x" }],
  ["a table with further keys, which go", table({ a: string }), { a: "x", b: 1 }, { a: "x" }],
  [
    "a table of a TOML reader, which has no prototype",
    table({ a: string }),
    Object.assign(Object.create(null), { a: "x" }),
    { a: "x" },
  ],
  [
    "a field of another library's schema",
    table({ a: v.pipe(v.string(), v.toUpperCase()) as Schema<string> }),
    { a: "x" },
    { a: "X" },
  ],
])("%s is decoded", ([, schema, value, decoded]) => {
  expect(decode(schema, value)).toMatchObject({ value: decoded });
});

const foreign: Schema<string> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => (value === "ok" ? { value } : { issues: [{ message: "not ok", path: [{ key: "deep" }, 0] }] }),
  },
};

test.for<[string, Schema<unknown>, unknown, readonly string[]]>([
  ["a number for a string", string, 20, ["expected a string, got 20"]],
  ["a string for an integer", integer, "20", [`expected an integer, got "20"`]],
  ["a fraction for an integer", integer, 20.5, ["expected an integer, got 20.5"]],
  ["a string for a boolean", boolean, "true", [`expected a boolean, got "true"`]],
  ["a table for a list", list(string), {}, ["expected a list, got a table"]],
  ["a list for a table", anyTable, [], ["expected a table, got a list"]],
  ["a list for a table of optional fields", table({ a: optional(string) }), [], ["expected a table, got a list"]],
  ["text for a table of fields", table({ a: string }), "x", [`expected a table, got "x"`]],
  [
    "a list for a table in a table",
    table({ a: table({ b: optional(string) }) }),
    { a: [] },
    ["a: expected a table, got a list"],
  ],
  ["a date for a table of fields", table({}), new Date(0), ["expected a table, got a date"]],
  ["an integer beyond 2^53", integer, 9007199254740993n, ["expected an integer, got 9007199254740993"]],
  ["a date for a string", string, new Date(0), ["expected a string, got a date"]],
  ["another choice", oneOf("amd64", "arm64"), "riscv64", [`expected one of "amd64", "arm64", got "riscv64"`]],
  ["another form of text", text(/^v\d+$/, "a tag such as v1"), "1", [`expected a tag such as v1, got "1"`]],
  ["nothing for a required field", table({ a: string }), {}, ["a: is missing"]],
  [
    "several mistakes, all of which are told",
    table({ targets: list(table({ os: string })), id: string }),
    { targets: [{ os: "linux" }, { os: 1 }, 2], id: true },
    [
      "targets[1].os: expected a string, got 1",
      "targets[2]: expected a table, got 2",
      "id: expected a string, got true",
    ],
  ],
  ["a key that is not a name", table({ "a b": string }), { "a b": 1 }, [`"a b": expected a string, got 1`]],
  ["an optional field of another type", table({ a: optional(string) }), { a: 1 }, ["a: expected a string, got 1"]],
  ["a mistake in a field of another library's schema", table({ a: foreign }), { a: "x" }, ["a.deep[0]: not ok"]],
  ["a very long text", integer, "x".repeat(1000), [`expected an integer, got "${"x".repeat(79)}…`]],
])("%s is reported as an issue", ([, schema, value, issues]) => {
  expect(issueLines(decode(schema, value).issues ?? [])).toEqual(issues);
});

describe("decode", () => {
  test("prepends the value's position to the paths", () => {
    const expected: Decoding<unknown> = {
      issues: [{ path: "metadata.version", message: "expected a string, got 20" }],
    };
    expect(decode(table({ version: string }), { version: 20 }, "metadata")).toEqual(expected);
  });

  test("refuses a schema that validates asynchronously", () => {
    const schema: Schema<string> = {
      "~standard": { version: 1, vendor: "slow", validate: async () => ({ value: "" }) },
    };
    expect(() => decode(schema, "", "metadata")).toThrow("the slow schema of metadata validates asynchronously");
  });
});

test("types follow from the schema", () => {
  const schema = table({ version: string, ports: optional(list(integer)), arch: oneOf("amd64", "arm64") });
  const value: Decoded<typeof schema> = { version: "1", arch: "amd64" };
  // @ts-expect-error a misspelt field is a compile error
  const misspelt: Decoded<typeof schema> = { versoin: "1", arch: "amd64" };
  // @ts-expect-error so is a value of another type
  const mistyped: Decoded<typeof schema> = { version: "1", arch: "riscv64" };
  expect([value, misspelt, mistyped].map((each) => decode(schema, each).issues?.length)).toEqual([undefined, 1, 1]);
});
