import { describe, expect, test } from "vitest";
import {
  anyTable,
  boolean,
  integer,
  list,
  matching,
  number,
  oneOf,
  optional,
  string,
  table,
} from "../spec/schemas/schema.ts";
import type { Schema } from "../spec/schemas/standard-schema.ts";
import { decodeText } from "./value.ts";

/** A schema as another library would make one: of a number, or of a text that it turns into an upper-case one. */
const foreign = (accepts: "string" | "number"): Schema<unknown> => ({
  "~standard": {
    version: 1,
    vendor: "other",
    validate: (value) =>
      typeof value === accepts
        ? { value: typeof value === "string" ? value.toUpperCase() : value }
        : { issues: [{ message: `not a ${accepts}` }] },
  },
});

describe("the value of a configuration variable", () => {
  test.for<[string, string, Schema<unknown>, unknown]>([
    ["true", "a string", string, "true"],
    ["12", "a string", string, "12"],
    [" padded ", "a string", string, " padded "],
    ["true", "a boolean", boolean, true],
    ["TRUE", "a boolean", boolean, true],
    ["1", "a boolean", boolean, true],
    ["yes", "a boolean", boolean, true],
    ["On", "a boolean", boolean, true],
    ["false", "an optional boolean", optional(boolean), false],
    ["0", "a boolean", boolean, false],
    ["no", "a boolean", boolean, false],
    [" off ", "a boolean", boolean, false],
    ["1", "an integer", integer, 1],
    ["-12", "an integer", integer, -12],
    ["1e3", "an integer", integer, 1000],
    ["0.5", "a number", number, 0.5],
    [".5", "a number", number, 0.5],
    ["a, b ,c", "a list of strings", list(string), ["a", "b", "c"]],
    ["one", "a list of strings", list(string), ["one"]],
    ["a\nb\n", "a list of strings", list(string), ["a", "b"]],
    [",", "a list of strings", list(string), []],
    ["1,2", "a list of integers", list(integer), [1, 2]],
    ["1,0", "a list of booleans", list(boolean), [true, false]],
    ["1,2", "a list of strings", list(string), ["1", "2"]],
    [`["a,b", "c"]`, "a list of strings", list(string), ["a,b", "c"]],
    [`{"a": 1}`, "a table", table({ a: integer }), { a: 1 }],
    ["20", "one of the strings 20 and 22", oneOf("20", "22"), "20"],
    ["1.2", "a string that matches a pattern", matching(/^\d+\.\d+$/, "a version"), "1.2"],
    ["12", "a number of another library's schema", foreign("number"), 12],
    ["true", "a string of another library's schema", foreign("string"), "TRUE"],
  ])("%j is decoded as %s", ([value, , schema, expected]) => {
    expect(decodeText(schema, value)).toEqual({ value: expected });
  });

  test.for<[string, string, Schema<unknown>, string, string]>([
    ["maybe", "a boolean", boolean, "", `expected a boolean, got "maybe"`],
    ["2", "a boolean", boolean, "", `expected a boolean, got "2"`],
    ["constructor", "a boolean", boolean, "", `expected a boolean, got "constructor"`],
    ["__proto__", "a boolean", boolean, "", `expected a boolean, got "__proto__"`],
    ["1.5", "an integer", integer, "", `expected an integer, got "1.5"`],
    ["0x10", "an integer", integer, "", `expected an integer, got "0x10"`],
    ["Infinity", "a number", number, "", `expected a number, got "Infinity"`],
    ["1,x", "a list of integers", list(integer), "[1]", `expected an integer, got "x"`],
    ["{", "any table", anyTable, "", `expected a table, got "{"`],
    ["18", "one of the strings 20 and 22", oneOf("20", "22"), "", `expected one of "20", "22", got "18"`],
    ["x", "a number of another library's schema", foreign("number"), "", "not a number"],
  ])("%j is refused if the schema is %s", ([value, , schema, path, message]) => {
    expect(decodeText(schema, value)).toEqual({ issues: [{ path, message }] });
  });

  test("is decoded in linear time", () => {
    expect(decodeText(integer, "9".repeat(1_000_000)).issues).toHaveLength(1);
    expect(decodeText(integer, `${"9".repeat(1_000_000)}x`).issues).toHaveLength(1);
    expect(decodeText(boolean, "[".repeat(100_000)).issues).toHaveLength(1);
    expect(decodeText(list(integer), ",".repeat(1_000_000))).toEqual({ value: [] });
  });
});
