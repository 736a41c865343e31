import { expect, test } from "vitest";
import { functionName, namedMessage, type Position } from "./minified-names.ts";

const names = { at: ({ row, column }: Position) => (row === 1 && column === 5 ? "installTools" : undefined) };

test.for<[string, string | undefined, string | undefined]>([
  ["at ab (main.cjs:1:90)", "at build (main.cjs:1:5)", "installTools"],
  ["at ab (main.cjs:1:90)", "at async build (main.cjs:1:5)", "installTools"],
  ["at ab (main.cjs:1:90)", "at Array.map (<anonymous>)", undefined],
  ["at ab (main.cjs:1:90)", "at build (main.cjs:1:6)", undefined],
  ["at ab (main.cjs:1:90)", undefined, undefined],
  ["at new ab (main.cjs:1:90)", "at build (main.cjs:1:5)", "installTools"],
  ["at build (main.cjs:1:90)", "at x (main.cjs:1:5)", "build"],
  ["at async Object.build (main.cjs:1:90)", undefined, "build"],
  ["at Object.ab [as build] (main.cjs:1:90)", undefined, "build"],
  ["at ab.start (main.cjs:1:90)", undefined, "start"],
  ["at ab.<anonymous> (main.cjs:1:90)", undefined, undefined],
  ["at Installer.start (main.cjs:1:90)", undefined, "Installer.start"],
  ["at main.cjs:1:90", "at build (main.cjs:1:5)", undefined],
])("%s, called %s, is %s", ([line, caller, expected]) => {
  expect(functionName(`    ${line}`, caller && `    ${caller}`, names)).toBe(expected);
});

test.for<[string, number, string]>([
  ["e.stepp is not a function", 7, "installTools.stepp is not a function"],
  ["e.a.stepp is not a function", 9, "installTools.a.stepp is not a function"],
  ["e is not a constructor", 1, "installTools is not a constructor"],
  ["Cannot access 'e' before initialization", 5, "Cannot access 'installTools' before initialization"],
  ["e.stepp is not a function", 8, "e.stepp is not a function"],
  ["longer.stepp is not a function", 12, "longer.stepp is not a function"],
  ["x(...).y is not a function", 5, "x(...).y is not a function"],
  ["the plan is broken", 5, "the plan is broken"],
])("the message %s of column %i is %s", ([message, column, expected]) => {
  expect(namedMessage(message, { row: 1, column }, names)).toBe(expected);
  expect(namedMessage(message, undefined, names)).toBe(message);
});
