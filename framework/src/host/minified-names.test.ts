import { expect, test } from "vitest";
import { functionName, namedMessage, type Position } from "./minified-names.ts";

const names = { at: ({ row, column }: Position) => (row === 1 && column === 5 ? "installTools" : undefined) };

test.for<[string, string, string | undefined, string | undefined]>([
  ["is named by its caller build", "at ab (main.cjs:1:90)", "at build (main.cjs:1:5)", "installTools"],
  ["is named by its async caller", "at ab (main.cjs:1:90)", "at async build (main.cjs:1:5)", "installTools"],
  ["has no name if its caller is built in", "at ab (main.cjs:1:90)", "at Array.map (<anonymous>)", undefined],
  ["has no name if the source map has none", "at ab (main.cjs:1:90)", "at build (main.cjs:1:6)", undefined],
  ["has no name if it has no caller", "at ab (main.cjs:1:90)", undefined, undefined],
  ["is named as a constructor", "at new ab (main.cjs:1:90)", "at build (main.cjs:1:5)", "installTools"],
  ["keeps a name that is not minified", "at build (main.cjs:1:90)", "at x (main.cjs:1:5)", "build"],
  ["keeps the name of an async method", "at async Object.build (main.cjs:1:90)", undefined, "build"],
  ["has the name of its property", "at Object.ab [as build] (main.cjs:1:90)", undefined, "build"],
  ["keeps the method's name without a minified class", "at ab.start (main.cjs:1:90)", undefined, "start"],
  ["has no name if it is anonymous", "at ab.<anonymous> (main.cjs:1:90)", undefined, undefined],
  ["keeps the names of class and method", "at Installer.start (main.cjs:1:90)", undefined, "Installer.start"],
  ["has no name if the line has only a position", "at main.cjs:1:90", "at build (main.cjs:1:5)", undefined],
])("the minified function in a line of a stack trace %s, here in the line %j", ([, line, caller, expected]) => {
  expect(functionName(`    ${line}`, caller && `    ${caller}`, names)).toBe(expected);
});

test.for<[string, string, string | undefined]>([
  ["is named at the start of its call", "at build (main.js:1:8)", "installTools"],
  ["has no name if the call has another length", "at build (main.js:1:9)", undefined],
  ["has no name if its caller is built in", "at map (native)", undefined],
])("the minified function in a stack line of quickjs-ng %s", ([, caller, expected]) => {
  expect(functionName("    at ab (main.js:1:90)", `    ${caller}`, { ...names, engine: "quickjs" })).toBe(expected);
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
])('V8\'s message "%s" at column %i becomes "%s"', ([message, column, expected]) => {
  expect(namedMessage(message, { row: 1, column }, names)).toBe(expected);
  expect(namedMessage(message, undefined, names)).toBe(message);
});
