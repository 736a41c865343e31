import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { anyTable, boolean, integer, list, matching, number, oneOf, optional, string, table } from "./schema.ts";
import { type Decoded, type Decoding, decode, issueLines, type Schema } from "./standard-schema.ts";

test.for<[string, Schema<unknown>, unknown, unknown]>([
  ["a string", string, "x", "x"],
  ["a boolean", boolean, false, false],
  ["an integer", integer, 20, 20],
  ["an integer that was converted to a float by JSON", integer, 20.0, 20],
  ["a number", number, 0.5, 0.5],
  ["one of several values", oneOf("amd64", "arm64"), "arm64", "arm64"],
  ["a text that matches a pattern", matching(/^v\d+$/, "a tag"), "v1", "v1"],
  ["a list", list(string), ["a", "b"], ["a", "b"]],
  ["any table", anyTable, { a: [1] }, { a: [1] }],
  ["a table without its optional field", table({ a: string, b: optional(string) }), { a: "x" }, { a: "x" }],
  ["a table without its unknown keys", table({ a: string }), { a: "x", b: 1 }, { a: "x" }],
  ["a table without a prototype", table({ a: string }), Object.assign(Object.create(null), { a: "x" }), { a: "x" }],
  [
    "a field of another library's schema",
    table({ a: v.pipe(v.string(), v.toUpperCase()) as Schema<string> }),
    { a: "x" },
    { a: "X" },
  ],
])("a schema decodes %s", ([, schema, value, decoded]) => {
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
  ["a number in place of a string", string, 20, ["expected a string, got 20"]],
  ["a string in place of an integer", integer, "20", [`expected an integer, got "20"`]],
  ["a fraction in place of an integer", integer, 20.5, ["expected an integer, got 20.5"]],
  ["a string in place of a boolean", boolean, "true", [`expected a boolean, got "true"`]],
  ["a table in place of a list", list(string), {}, ["expected a list, got a table"]],
  ["a list in place of a table", anyTable, [], ["expected a table, got a list"]],
  [
    "a list in place of a table of optional fields",
    table({ a: optional(string) }),
    [],
    ["expected a table, got a list"],
  ],
  ["a text in place of a table", table({ a: string }), "x", [`expected a table, got "x"`]],
  [
    "a list in place of a nested table",
    table({ a: table({ b: optional(string) }) }),
    { a: [] },
    ["a: expected a table, got a list"],
  ],
  ["a date in place of a table", table({}), new Date(0), ["expected a table, got a date"]],
  ["an integer beyond 2^53", integer, 9007199254740993n, ["expected an integer, got 9007199254740993"]],
  ["a date in place of a string", string, new Date(0), ["expected a string, got a date"]],
  [
    "a value outside of the choice",
    oneOf("amd64", "arm64"),
    "riscv64",
    [`expected one of "amd64", "arm64", got "riscv64"`],
  ],
  [
    "a text that does not match the pattern",
    matching(/^v\d+$/, "a tag such as v1"),
    "1",
    [`expected a tag such as v1, got "1"`],
  ],
  ["a missing required field", table({ a: string }), {}, ["a: is missing"]],
  [
    "several mistakes at once",
    table({ targets: list(table({ os: string })), id: string }),
    { targets: [{ os: "linux" }, { os: 1 }, 2], id: true },
    [
      "targets[1].os: expected a string, got 1",
      "targets[2]: expected a table, got 2",
      "id: expected a string, got true",
    ],
  ],
  [
    "a wrong value for a key that needs quotes",
    table({ "a b": string }),
    { "a b": 1 },
    [`"a b": expected a string, got 1`],
  ],
  ["an optional field of another type", table({ a: optional(string) }), { a: 1 }, ["a: expected a string, got 1"]],
  ["a mistake reported by another library's schema", table({ a: foreign }), { a: "x" }, ["a.deep[0]: not ok"]],
  ["a very long text, shortened", integer, "x".repeat(1000), [`expected an integer, got "${"x".repeat(79)}…`]],
])("an error of a schema describes %s", ([, schema, value, issues]) => {
  expect(issueLines(decode(schema, value).issues ?? [])).toEqual(issues);
});

describe("decode()", () => {
  test("prepends the position of the value to paths in errors", () => {
    const expected: Decoding<unknown> = {
      issues: [{ path: "metadata.version", message: "expected a string, got 20" }],
    };
    expect(decode(table({ version: string }), { version: 20 }, "metadata")).toEqual(expected);
  });

  test("refuses a schema that validates asynchronously", () => {
    const schema: Schema<string> = {
      "~standard": { version: 1, vendor: "slow", validate: async () => ({ value: "" }) },
    };
    expect(() => decode(schema, "", "metadata")).toThrow(
      "the slow schema of metadata validates asynchronously, which is not supported",
    );
  });
});

test("TypeScript types are derived from the schema", () => {
  const schema = table({ version: string, ports: optional(list(integer)), arch: oneOf("amd64", "arm64") });
  const value: Decoded<typeof schema> = { version: "1", arch: "amd64" };
  // @ts-expect-error a misspelt field is a compile error
  const misspelt: Decoded<typeof schema> = { versoin: "1", arch: "amd64" };
  // @ts-expect-error so is a value of another type
  const mistyped: Decoded<typeof schema> = { version: "1", arch: "riscv64" };
  expect([value, misspelt, mistyped].map((each) => decode(schema, each).issues?.length)).toEqual([undefined, 1, 1]);
});
