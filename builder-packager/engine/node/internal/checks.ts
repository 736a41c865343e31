import { invalidArgType, outOfRange } from "../errors.ts";

/** Throws Node.js's error for an argument that is not a string. */

export function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") {
    throw invalidArgType(name, "of type string", value);
  }
}

export function checkFunction(value: unknown, name: string): asserts value is (...args: never[]) => unknown {
  if (typeof value !== "function") {
    throw invalidArgType(name, "of type function", value);
  }
}

export function checkInteger(
  value: unknown,
  name: string,
  lowest: number = Number.MIN_SAFE_INTEGER,
  highest: number = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (typeof value !== "number") {
    throw invalidArgType(name, "of type number", value);
  }
  if (!Number.isInteger(value)) {
    throw outOfRange(name, "an integer", value);
  }
  if (value < lowest || value > highest) {
    throw outOfRange(name, `>= ${lowest} && <= ${highest}`, value);
  }
}

export function checkObject(value: unknown, name: string): asserts value is object {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw invalidArgType(name, "of type object", value);
  }
}

/**
 * Checks that an argument is undefined, an `AbortSignal` or, as in Node.js, any object with
 * `aborted`.
 */
export function checkSignal(value: unknown, name: string): asserts value is AbortSignal | undefined {
  if (value !== undefined && (value === null || typeof value !== "object" || !("aborted" in value))) {
    throw invalidArgType(name, "an instance of AbortSignal", value);
  }
}

/** Checks that an argument is a boolean or undefined. */
export function checkBoolean(value: unknown, name: string): asserts value is boolean | undefined {
  if (value !== undefined && typeof value !== "boolean") {
    throw invalidArgType(name, "of type boolean", value);
  }
}
