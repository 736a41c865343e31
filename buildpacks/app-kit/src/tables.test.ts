import { expect, test } from "vitest";
import { isTable, stringOf, tableOf, textOf, textsOf } from "./tables.ts";

const shown = (value: unknown) => [isTable(value), tableOf(value), stringOf(value), textOf(value), textsOf(value)];

test.for<[unknown, ReturnType<typeof shown>]>([
  [{ a: 1 }, [true, { a: 1 }, undefined, undefined, []]],
  [
    ["a", 1, ""],
    [false, {}, undefined, undefined, ["a", ""]],
  ],
  ["a", [false, {}, "a", "a", []]],
  ["", [false, {}, "", undefined, []]],
  [null, [false, {}, undefined, undefined, []]],
  [undefined, [false, {}, undefined, undefined, []]],
  [1, [false, {}, undefined, undefined, []]],
])("table: %j", ([value, expected]) => expect(shown(value)).toEqual(expected));
