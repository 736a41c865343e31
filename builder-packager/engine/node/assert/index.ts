import { codedError, invalidArgType, receivedOf } from "../errors.ts";
import { checkFunction, checkObject } from "../internal/checks.ts";
import { quoted } from "../internal/quote.ts";
import { isDeepStrictEqual as deepEqual } from "../util/equal.ts";

/* Comparisons as of `node:assert`. The texts of failures are short: they have no difference of lines. */

interface FailureOptions {
  readonly message?: string | undefined;
  readonly actual?: unknown;
  readonly expected?: unknown;
  readonly operator?: string;
}

export class AssertionError extends Error {
  declare readonly generatedMessage: boolean;
  declare readonly code: string;
  declare readonly actual: unknown;
  declare readonly expected: unknown;
  declare readonly operator: string | undefined;
  declare readonly diff: string;

  constructor(options: FailureOptions) {
    checkObject(options, "options");
    const { message, actual, expected, operator } = options;
    super(message === undefined ? `Expected values to be compared by ${operator}` : `${message}`);
    this.generatedMessage = !message;
    // As in Node.js, the name can be listed only where the error has been thrown by a comparison.
    Object.defineProperty(this, "name", { value: "AssertionError", writable: true, configurable: true });
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    this.diff = "simple";
  }

  override toString(): string {
    return `${this.name} [${this.code}]: ${this.message}`;
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
    return quoted(value);
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

/** The text of a failure of a loose comparison is the comparison itself. */
function looseComparison(operator: "==" | "!=", isWanted: boolean): Comparison {
  return (actual, expected, message) => {
    if (looselyEqual(actual, expected) !== isWanted) {
      fail({ actual, expected, operator }, message, `${shown(actual)} ${operator} ${shown(expected)}`);
    }
  };
}

export const equal = looseComparison("==", true);
export const notEqual = looseComparison("!=", false);
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

function checkMatch(text: unknown, pattern: RegExp, message: Message, isWanted: boolean): void {
  if (!(pattern instanceof RegExp)) {
    throw invalidArgType("regexp", "an instance of RegExp", pattern);
  }
  if (typeof text === "string" && (pattern.exec(text) !== null) === isWanted) {
    return;
  }
  const failure = isWanted ? "did not match" : "was expected to not match";
  const otherwise =
    typeof text === "string"
      ? `The input ${failure} the regular expression ${pattern}. Input:\n\n${shown(text)}\n`
      : `The "string" argument must be of type string. Received type ${typeof text} (${shown(text)})`;
  fail({ actual: text, expected: pattern, operator: isWanted ? "match" : "doesNotMatch" }, message, otherwise);
}

export const match = (text: string, pattern: RegExp, message?: Message): void =>
  checkMatch(text, pattern, message, true);

export const doesNotMatch = (text: string, pattern: RegExp, message?: Message): void =>
  checkMatch(text, pattern, message, false);

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

/** The second argument of these functions may be the message. */
function argumentsOf(expected: Expected | string | undefined, message: Message) {
  return typeof expected === "string" ? { wanted: undefined, text: expected } : { wanted: expected, text: message };
}

interface Thrown {
  readonly error: unknown;
}

function checkThrown(
  thrown: Thrown | undefined,
  expected: Expected | string | undefined,
  message: Message,
  operator: "throws" | "rejects",
): void {
  const { wanted, text } = argumentsOf(expected, message);
  if (thrown === undefined) {
    const name = (wanted as { name?: string } | undefined)?.name;
    const details = `${name ? ` (${name})` : ""}${text ? `: ${text}` : "."}`;
    const missing = `Missing expected ${operator === "throws" ? "exception" : "rejection"}${details}`;
    throw new AssertionError({ message: missing, expected: wanted, operator });
  }
  checkError(thrown.error, wanted, text, operator);
}

function failUnwanted(error: unknown, message: Message, operator: "doesNotThrow" | "doesNotReject"): never {
  const kind = operator === "doesNotThrow" ? "exception" : "rejection";
  const text = `Got unwanted ${kind}${message ? `: ${message}` : "."}\nActual message: "${(error as Error)?.message}"`;
  throw new AssertionError({ message: text, actual: error, operator });
}

function thrownBy(run: () => unknown): Thrown | undefined {
  checkFunction(run, "fn");
  try {
    run();
  } catch (error) {
    return { error };
  }
  return undefined;
}

export function throws(run: () => unknown, expected?: Expected | string, message?: Message): void {
  checkThrown(thrownBy(run), expected, message, "throws");
}

export function doesNotThrow(run: () => unknown, expected?: Expected | string, message?: Message): void {
  const thrown = thrownBy(run);
  if (thrown !== undefined) {
    refuseThrown(thrown.error, expected, message, "doesNotThrow");
  }
}

/** An error of another kind than the unwanted one goes on. */
function refuseThrown(
  error: unknown,
  expected: Expected | string | undefined,
  message: Message,
  operator: "doesNotThrow" | "doesNotReject",
): never {
  const { wanted, text } = argumentsOf(expected, message);
  if (wanted === undefined || isMatching(error, wanted)) {
    failUnwanted(error, text, operator);
  }
  throw error;
}

function isMatching(error: unknown, wanted: Expected): boolean {
  if (wanted instanceof RegExp) {
    return wanted.test(String(error));
  }
  if (isClass(wanted)) {
    return error instanceof wanted;
  }
  return typeof wanted === "function" && (wanted as (error: unknown) => boolean)(error) === true;
}

type Promised = PromiseLike<unknown> | (() => PromiseLike<unknown>);

const isPromise = (value: unknown): boolean =>
  value instanceof Promise || (typeof value === "object" && value !== null && "then" in value && "catch" in value);

async function rejectionOf(promised: Promised): Promise<Thrown | undefined> {
  const promise = typeof promised === "function" ? promised() : promised;
  if (!isPromise(promise)) {
    throw typeof promised === "function"
      ? invalidReturn(promise)
      : invalidArgType("promiseFn", "of type function or an instance of Promise", promised);
  }
  try {
    await promise;
  } catch (error) {
    return { error };
  }
  return undefined;
}

function invalidReturn(value: unknown): Error {
  const received = receivedOf(value).replace(" Received ", "");
  const text = `Expected instance of Promise to be returned from the "promiseFn" function but got ${received}.`;
  return codedError(TypeError, "ERR_INVALID_RETURN_VALUE", text);
}

export async function rejects(promised: Promised, expected?: Expected | string, message?: Message): Promise<void> {
  checkThrown(await rejectionOf(promised), expected, message, "rejects");
}

export async function doesNotReject(
  promised: Promised,
  expected?: Expected | string,
  message?: Message,
): Promise<void> {
  const rejected = await rejectionOf(promised);
  if (rejected !== undefined) {
    refuseThrown(rejected.error, expected, message, "doesNotReject");
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
Object.assign(strict, { strict });

export { failNow as fail };
export default Object.assign(assert, { strict });
