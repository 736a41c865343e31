import { invalidArgType } from "../errors.ts";
import { isDeepStrictEqual as deepEqual } from "../util/equal.ts";

/* Comparisons as of `node:assert`. The texts of failures are short: they have no difference of lines. */

interface FailureOptions {
  readonly message?: string | undefined;
  readonly actual?: unknown;
  readonly expected?: unknown;
  readonly operator?: string;
}

export class AssertionError extends Error {
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage: boolean;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string | undefined;

  constructor({ message, actual, expected, operator }: FailureOptions) {
    super(message ?? `Expected values to be compared by ${operator}`);
    this.name = "AssertionError";
    this.generatedMessage = message === undefined;
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
  }
}

type Message = string | Error | undefined;

function fail(options: FailureOptions, message: Message, otherwise: string): never {
  if (message instanceof Error) {
    throw message;
  }
  const error = new AssertionError({
    message: message ?? otherwise,
    actual: options.actual,
    expected: options.expected,
    operator: options.operator ?? "fail",
  });
  throw message === undefined ? Object.assign(error, { generatedMessage: true }) : error;
}

const failNow = (message: Message = "Failed"): never => fail({ operator: "fail" }, message, "Failed");

export function ok(value: unknown, message?: Message): asserts value {
  if (!value) {
    const text = "The expression evaluated to a falsy value";
    fail({ actual: value, expected: true, operator: "==" }, message, text);
  }
}

/** A value for a failure: short, and on one line. */
function shown(value: unknown): string {
  if (typeof value === "string") {
    return `'${value}'`;
  }
  if (typeof value === "object" && value !== null) {
    try {
      return JSON.stringify(value);
    } catch {
      return Object.prototype.toString.call(value);
    }
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

type Comparison = (actual: unknown, expected: unknown, message?: Message) => void;

function comparison(operator: string, holds: (a: unknown, b: unknown) => boolean, text: string): Comparison {
  return (actual, expected, message) => {
    if (!holds(actual, expected)) {
      fail({ actual, expected, operator }, message, `${text}\n\n${shown(actual)} !== ${shown(expected)}\n`);
    }
  };
}

// biome-ignore lint/suspicious/noDoubleEquals: `equal` compares with `==`
const looselyEqual = (a: unknown, b: unknown) => a == b || (Number.isNaN(a) && Number.isNaN(b));

export const equal = comparison("==", looselyEqual, "Expected values to be loosely equal:");
export const notEqual = comparison("!=", (a, b) => !looselyEqual(a, b), "Expected values not to be loosely equal:");
export const strictEqual = comparison("strictEqual", Object.is, "Expected values to be strictly equal:");
export const notStrictEqual = comparison(
  "notStrictEqual",
  (a, b) => !Object.is(a, b),
  'Expected "actual" to be strictly unequal to:',
);
export const deepStrictEqual = comparison("deepStrictEqual", deepEqual, "Expected values to be strictly deep-equal:");
export const notDeepStrictEqual = comparison(
  "notDeepStrictEqual",
  (a, b) => !deepEqual(a, b),
  'Expected "actual" not to be strictly deep-equal to:',
);

export function match(text: string, pattern: RegExp, message?: Message): void {
  if (typeof text !== "string" || !pattern.test(text)) {
    fail(
      { actual: text, expected: pattern, operator: "match" },
      message,
      "The input did not match the regular expression",
    );
  }
}

export function doesNotMatch(text: string, pattern: RegExp, message?: Message): void {
  if (pattern.test(text)) {
    fail(
      { actual: text, expected: pattern, operator: "doesNotMatch" },
      message,
      "The input was expected to not match the regular expression",
    );
  }
}

export function ifError(value: unknown): void {
  if (value !== null && value !== undefined) {
    const text = value instanceof Error ? value.message : shown(value);
    fail({ actual: value, expected: null, operator: "ifError" }, undefined, `ifError got unwanted exception: ${text}`);
  }
}

type Class = abstract new (...args: never[]) => unknown;
type Expected = RegExp | Class | ((error: unknown) => boolean) | Readonly<Record<string, unknown>>;

function isClass(value: unknown): value is Class {
  return typeof value === "function" && (value.prototype instanceof Error || value === Error);
}

function checkError(error: unknown, expected: Expected | undefined, message: Message, operator: string): void {
  if (expected === undefined) {
    return;
  }
  if (isClass(expected)) {
    if (!(error instanceof expected)) {
      const received = error instanceof Error ? error.name : shown(error);
      const text = `The error is expected to be an instance of "${expected.name}". Received "${received}"`;
      fail({ actual: error, expected, operator }, message, text);
    }
  } else if (typeof expected === "function") {
    if ((expected as (error: unknown) => boolean)(error) !== true) {
      fail({ actual: error, expected, operator }, message, 'The validation function is expected to return "true".');
    }
  } else if (expected instanceof RegExp) {
    if (!expected.test(String(error))) {
      fail(
        { actual: error, expected, operator },
        message,
        `The input did not match the regular expression ${expected}.`,
      );
    }
  } else {
    for (const [key, value] of Object.entries(expected)) {
      const actual = (error as Record<string, unknown>)[key];
      const isSame =
        value instanceof RegExp && typeof actual === "string" ? value.test(actual) : deepEqual(actual, value);
      if (!isSame) {
        fail({ actual: error, expected, operator }, message, `The property '${key}' of the error is ${shown(actual)}`);
      }
    }
  }
}

export function throws(run: () => unknown, expected?: Expected | string, message?: Message): void {
  if (typeof run !== "function") {
    throw invalidArgType("fn", "of type function", run);
  }
  const text = typeof expected === "string" ? expected : message;
  let thrown: { readonly error: unknown } | undefined;
  try {
    run();
  } catch (error) {
    thrown = { error };
  }
  if (thrown === undefined) {
    fail({ operator: "throws", expected }, text, "Missing expected exception.");
  }
  checkError(thrown.error, typeof expected === "string" ? undefined : expected, text, "throws");
}

export function doesNotThrow(run: () => unknown, message?: Message): void {
  try {
    run();
  } catch (error) {
    fail(
      { actual: error, operator: "doesNotThrow" },
      message,
      `Got unwanted exception.\nActual message: "${(error as Error)?.message}"`,
    );
  }
}

type Promised = PromiseLike<unknown> | (() => PromiseLike<unknown>);

export async function rejects(promised: Promised, expected?: Expected | string, message?: Message): Promise<void> {
  const text = typeof expected === "string" ? expected : message;
  let rejected: { readonly error: unknown } | undefined;
  const promise = typeof promised === "function" ? promised() : promised;
  try {
    await promise;
  } catch (error) {
    rejected = { error };
  }
  if (rejected === undefined) {
    fail({ operator: "rejects", expected }, text, "Missing expected rejection.");
  }
  checkError(rejected.error, typeof expected === "string" ? undefined : expected, text, "rejects");
}

export async function doesNotReject(promised: Promised, message?: Message): Promise<void> {
  try {
    await (typeof promised === "function" ? promised() : promised);
  } catch (error) {
    fail(
      { actual: error, operator: "doesNotReject" },
      message,
      `Got unwanted rejection.\nActual message: "${(error as Error)?.message}"`,
    );
  }
}

const members = {
  AssertionError,
  deepStrictEqual,
  doesNotMatch,
  doesNotReject,
  doesNotThrow,
  equal,
  fail: failNow,
  ifError,
  match,
  notDeepStrictEqual,
  notEqual,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
  throws,
};

/** `node:assert` is itself a function: `ok`. */
const assert = Object.assign((value: unknown, message?: Message): void => ok(value, message), members);
export const strict = Object.assign((value: unknown, message?: Message): void => ok(value, message), members, {
  deepEqual: deepStrictEqual,
  equal: strictEqual,
  notDeepEqual: notDeepStrictEqual,
  notEqual: notStrictEqual,
});

export { failNow as fail };
export default Object.assign(assert, { strict });
