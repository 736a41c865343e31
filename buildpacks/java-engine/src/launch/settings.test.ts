import { expect, test } from "vitest";
import { isOn, numberIn } from "./settings.ts";

const name = "BPL_X";

/** The result of a function, and the warnings. */
function checked<Result>(value: string | undefined, read: (inputs: Parameters<typeof isOn>[1]) => Result) {
  const warnings: string[] = [];
  const result = read({ env: { [name]: value }, warn: (text) => void warnings.push(text) });
  return [result, ...warnings];
}

test.for<[value: string | undefined, ...expected: readonly (boolean | string)[]]>([
  [undefined, false],
  ["", false],
  ...["1", "t", "T", "true", "TRUE", "True"].map((word): [string, boolean] => [word, true]),
  ...["0", "f", "F", "false", "FALSE", "False"].map((word): [string, boolean] => [word, false]),
  ...["yes", "on", "tRUE", " true", "2"].map((word): [string, boolean, string] => [
    word,
    false,
    "BPL_X is treated as false: true or false is expected",
  ]),
])("the value %j of an environment variable is parsed as a switch", ([value, ...expected]) => {
  expect(checked(value, (inputs) => isOn(name, inputs))).toEqual(expected);
});

const warning = "BPL_X is ignored: a whole number from 1 to 100 is expected";

test.for<[value: string | undefined, ...expected: readonly (number | string | undefined)[]]>([
  [undefined, undefined],
  ["", undefined],
  ["1", 1],
  ["100", 100],
  ["007", 7],
  ["0", undefined, warning],
  ["101", undefined, warning],
  ["-1", undefined, warning],
  ["1e1", undefined, warning],
  [" 5", undefined, warning],
  ["0x5", undefined, warning],
  ["0000000000000001", undefined, warning],
  ["99999999999999999999", undefined, warning],
])("the value %j of an environment variable is accepted only as a number from 1 to 100", ([value, ...expected]) => {
  expect(checked(value, (inputs) => numberIn(name, [1, 100], inputs))).toEqual(expected);
});
