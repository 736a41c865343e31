import { expect, test } from "vitest";
import { isTable, stringOf, tableOf, textOf, textsOf } from "./tables.ts";

const shown = (value: unknown) => [isTable(value), tableOf(value), stringOf(value), textOf(value), textsOf(value)];

test.for<[string, unknown, ReturnType<typeof shown>]>([
  ["a table", { a: 1 }, [true, { a: 1 }, undefined, undefined, []]],
  ["a list", ["a", 1, ""], [false, {}, undefined, undefined, ["a", ""]]],
  ["a string", "a", [false, {}, "a", "a", []]],
  ["an empty string", "", [false, {}, "", undefined, []]],
  ["null", null, [false, {}, undefined, undefined, []]],
  ["an undefined value", undefined, [false, {}, undefined, undefined, []]],
  ["a number", 1, [false, {}, undefined, undefined, []]],
])("the functions for values of unknown type recognize %s", ([, value, expected]) =>
  expect(shown(value)).toEqual(expected),
);
