import { errnoName, errnoText } from "./internal/errno.ts";
import { quoted } from "./internal/quote.ts";

/*
 * The errors of Node.js: those of the system, and those that Node.js itself gives a code. Programs read `code`, `errno`,
 * `syscall`, `path` and `dest`; people read the message. Both are as in Node.js 24.
 */

const ENOENT = -2;

export interface SystemError extends Error {
  errno: number;
  code: string;
  syscall: string;
  path?: string;
  dest?: string;
}

/** Creates the error for a failed system call. `errno` is negative, as the engine returns it. */
export function systemError(errno: number, syscall: string, path?: string, dest?: string): SystemError {
  const code = errnoName(-errno);
  const error = new Error(systemMessage(errno, code, syscall, path, dest)) as SystemError;
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) {
    error.path = path;
  }
  if (dest !== undefined) {
    error.dest = dest;
  }
  return error;
}

/** Creates the error for a working directory that has been removed, or that cannot be read. */
export function workingDirectoryError(errno: number): SystemError {
  const error = systemError(errno, "uv_cwd");
  const text = errnoText(-errno);
  const removed = "the current working directory was likely removed without changing the working directory";
  error.message = error.message.replace(
    text,
    `process.cwd failed with error ${text}${errno === ENOENT ? `, ${removed}` : ""}`,
  );
  return error;
}

function systemMessage(errno: number, code: string, syscall: string, path?: string, dest?: string): string {
  const subject = path === undefined ? "" : ` '${path}'`;
  const target = dest === undefined ? "" : ` -> '${dest}'`;
  return `${code}: ${errnoText(-errno)}, ${syscall}${subject}${target}`;
}

export interface CodedError extends Error {
  code: string;
}

/**
 * Creates an error with a Node.js code, such as `ERR_INVALID_ARG_TYPE`. Its printed name is
 * `TypeError [CODE]`.
 */
export function codedError(
  Base: new (message: string, options?: ErrorOptions) => Error,
  code: string,
  message: string,
  options?: ErrorOptions,
): CodedError {
  const error = new Base(message, options) as CodedError;
  error.code = code;
  Object.defineProperty(error, "toString", {
    value: () => `${error.name} [${code}]: ${error.message}`,
    enumerable: false,
    writable: true,
    configurable: true,
  });
  return error;
}

/**
 * Creates the error for an argument of the wrong type. `expected` is a phrase such as "of type
 * string" or "an instance of Buffer or Uint8Array".
 */
export const invalidArgType = (name: string, expected: string, actual: unknown): CodedError =>
  codedError(TypeError, "ERR_INVALID_ARG_TYPE", `The ${subjectOf(name)} must be ${expected}.${receivedOf(actual)}`);

export function invalidArgValue(name: string, value: unknown, reason = "is invalid"): CodedError {
  const kind = name.includes(".") ? "property" : "argument";
  const received = briefly(value);
  const shortened = received.length > 128 ? `${received.slice(0, 128)}...` : received;
  return codedError(TypeError, "ERR_INVALID_ARG_VALUE", `The ${kind} '${name}' ${reason}. Received ${shortened}`);
}

/** Creates the error for two options of which only one may be given. */
export const incompatibleOptions = (first: string, second: string): CodedError =>
  codedError(
    TypeError,
    "ERR_INCOMPATIBLE_OPTION_PAIR",
    `Option "${first}" cannot be used in combination with option "${second}"`,
  );

/**
 * Creates the error for a number outside of its range. `range` is a phrase such as ">= 0 && <= 255"
 * or "an integer".
 */
export const outOfRange = (name: string, range: string, received: unknown): CodedError =>
  codedError(
    RangeError,
    "ERR_OUT_OF_RANGE",
    `The value of "${name}" is out of range. It must be ${range}. Received ${numberOf(received)}`,
  );

/** The error of an operation that an AbortSignal has aborted. */
export class AbortError extends Error {
  readonly code = "ABORT_ERR";

  constructor(message = "The operation was aborted", options?: ErrorOptions) {
    super(message, options);
    // own and not of the prototype, as in Node.js
    this.name = "AbortError";
  }
}

/** Creates the error for a function or option of Node.js that this engine does not support. */
export const notSupported = (name: string): CodedError =>
  codedError(
    Error,
    "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
    `the small engine does not support ${name}: package the buildpack with --runtime node`,
  );

/**
 * Refuses the named options if they are set: they change the target or the security of a
 * connection, so ignoring them would be harmful.
 */
export function checkUnavailable(options: object, names: readonly string[]): void {
  for (const name of names) {
    if ((options as Readonly<Record<string, unknown>>)[name] !== undefined) {
      throw notSupported(`the option ${name}`);
    }
  }
}

export const notIterable = (value: unknown): CodedError =>
  codedError(TypeError, "ERR_ARG_NOT_ITERABLE", `${briefly(value)} must be iterable`);

const subjectOf = (name: string): string => {
  if (name.endsWith(" argument")) {
    return name;
  }
  return `"${name}" ${name.includes(".") ? "property" : "argument"}`;
};

/** Describes a value at the end of an error's text: ` Received type number (5)`. */
export function receivedOf(value: unknown): string {
  if (value === null || value === undefined) {
    return ` Received ${value}`;
  }
  if (typeof value === "function") {
    return ` Received function ${value.name}`;
  }
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? ` Received an instance of ${name}` : " Received [Object: null prototype] {}";
  }
  if (typeof value === "string") {
    const text = value.length > 28 ? `${value.slice(0, 25)}...` : value;
    return ` Received type string (${text.includes("'") ? JSON.stringify(text) : `'${text}'`})`;
  }
  return ` Received type ${typeof value} (${briefly(value)})`;
}

/** A value of one line. Errors are made where `util.inspect` shall not be loaded for them. */
function briefly(value: unknown): string {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (typeof value === "bigint") {
    return `${value}n`;
  }
  if (Object.is(value, -0)) {
    return "-0";
  }
  if (typeof value === "function") {
    return value.name ? `[Function: ${value.name}]` : "[Function (anonymous)]";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[ ${value.map(briefly).join(", ")} ]`;
  }
  if (typeof value === "object" && value !== null) {
    return brieflyObject(value);
  }
  return String(value);
}

function brieflyObject(value: object): string {
  const name = value.constructor?.name;
  const prefix = name && name !== "Object" ? `${name} ` : "";
  const members = Object.entries(value).map(([key, each]) => `${key}: ${briefly(each)}`);
  return members.length === 0 ? `${prefix}{}` : `${prefix}{ ${members.join(", ")} }`;
}

/** Numbers above 2^32 are grouped, as Node.js does. */
function numberOf(value: unknown): string {
  const isBigInt = typeof value === "bigint";
  const isLarge = isBigInt
    ? value > 2n ** 32n || value < -(2n ** 32n)
    : Number.isInteger(value) && Math.abs(value as number) > 2 ** 32;
  if (!isLarge) {
    return briefly(value);
  }
  return `${String(value).replace(/\B(?=(\d{3})+$)/g, "_")}${isBigInt ? "n" : ""}`;
}
