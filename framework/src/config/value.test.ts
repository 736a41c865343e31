import { describe, expect, test } from "vitest";
import {
  anyTable,
  boolean,
  integer,
  list,
  number,
  oneOf,
  optional,
  string,
  table,
  text,
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

describe("the text of a variable is decoded", () => {
  test.for<[string, Schema<unknown>, unknown]>([
    ["true", string, "true"],
    ["12", string, "12"],
    [" padded ", string, " padded "],
    ["true", boolean, true],
    ["TRUE", boolean, true],
    ["1", boolean, true],
    ["yes", boolean, true],
    ["On", boolean, true],
    ["false", optional(boolean), false],
    ["0", boolean, false],
    ["no", boolean, false],
    [" off ", boolean, false],
    ["1", integer, 1],
    ["-12", integer, -12],
    ["1e3", integer, 1000],
    ["0.5", number, 0.5],
    [".5", number, 0.5],
    ["a, b ,c", list(string), ["a", "b", "c"]],
    ["one", list(string), ["one"]],
    ["a\nb\n", list(string), ["a", "b"]],
    [",", list(string), []],
    ["1,2", list(integer), [1, 2]],
    ["1,0", list(boolean), [true, false]],
    ["1,2", list(string), ["1", "2"]],
    [`["a,b", "c"]`, list(string), ["a,b", "c"]],
    [`{"a": 1}`, table({ a: integer }), { a: 1 }],
    ["20", oneOf("20", "22"), "20"],
    ["1.2", text(/^\d+\.\d+$/, "a version"), "1.2"],
    ["12", foreign("number"), 12],
    ["true", foreign("string"), "TRUE"],
  ])("%j", ([value, schema, expected]) => {
    expect(decodeText(schema, value)).toEqual({ value: expected });
  });

  test.for<[string, Schema<unknown>, string, string]>([
    ["maybe", boolean, "", `expected a boolean, got "maybe"`],
    ["2", boolean, "", `expected a boolean, got "2"`],
    ["constructor", boolean, "", `expected a boolean, got "constructor"`],
    ["__proto__", boolean, "", `expected a boolean, got "__proto__"`],
    ["1.5", integer, "", `expected an integer, got "1.5"`],
    ["0x10", integer, "", `expected an integer, got "0x10"`],
    ["Infinity", number, "", `expected a number, got "Infinity"`],
    ["1,x", list(integer), "[1]", `expected an integer, got "x"`],
    ["{", anyTable, "", `expected a table, got "{"`],
    ["18", oneOf("20", "22"), "", `expected one of "20", "22", got "18"`],
    ["x", foreign("number"), "", "not a number"],
  ])("or refused: %j", ([value, schema, path, message]) => {
    expect(decodeText(schema, value)).toEqual({ issues: [{ path, message }] });
  });

  test("in linear time", () => {
    expect(decodeText(integer, "9".repeat(1_000_000)).issues).toHaveLength(1);
    expect(decodeText(integer, `${"9".repeat(1_000_000)}x`).issues).toHaveLength(1);
    expect(decodeText(boolean, "[".repeat(100_000)).issues).toHaveLength(1);
    expect(decodeText(list(integer), ",".repeat(1_000_000))).toEqual({ value: [] });
  });
});
