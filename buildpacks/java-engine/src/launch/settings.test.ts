import { expect, test } from "vitest";
import { isOn, numberIn } from "./settings.ts";

const name = "BPL_X";

/** The result of a function, and the warnings. */
function checked<Result>(value: string | undefined, read: (inputs: Parameters<typeof isOn>[1]) => Result) {
  const warnings: string[] = [];
  const result = read({ env: { [name]: value }, warn: (text) => void warnings.push(text) });
  return [result, ...warnings];
}

const switched = (value: string | undefined) => checked(value, (inputs) => isOn(name, inputs));

test.for(["1", "t", "T", "true", "TRUE", "True"])(
  "an environment variable with the value %j enables a function",
  (value) => {
    expect(switched(value)).toEqual([true]);
  },
);

test.for(["", "0", "f", "F", "false", "FALSE", "False"])(
  "an environment variable with the value %j does not enable a function",
  (value) => {
    expect(switched(value)).toEqual([false]);
  },
);

test("an unset environment variable does not enable a function", () => {
  expect(switched(undefined)).toEqual([false]);
});

test.for(["yes", "on", "tRUE", " true", "2"])(
  "an environment variable with the invalid value %j does not enable a function and causes a warning",
  (value) => {
    expect(switched(value)).toEqual([false, "BPL_X is treated as false: true or false is expected"]);
  },
);

const warning = "BPL_X is ignored: a whole number from 1 to 100 is expected";

const numbered = (value: string | undefined) => checked(value, (inputs) => numberIn(name, [1, 100], inputs));

test.for<[value: string, expected: number]>([
  ["1", 1],
  ["100", 100],
  ["007", 7],
])("a setting for a number from 1 to 100 reads %j as %i", ([value, expected]) => {
  expect(numbered(value)).toEqual([expected]);
});

test.for<[string, string | undefined]>([
  ["unset", undefined],
  ["empty", ""],
])("a setting for a number from 1 to 100 has no value if it is %s", ([, value]) => {
  expect(numbered(value)).toEqual([undefined]);
});

test.for(["0", "101", "-1", "1e1", " 5", "0x5", "0000000000000001", "99999999999999999999"])(
  "a setting for a number from 1 to 100 ignores the invalid value %j with a warning",
  (value) => {
    expect(numbered(value)).toEqual([undefined, warning]);
  },
);
