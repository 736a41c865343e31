import { codedError, invalidArgType, outOfRange } from "../errors.ts";
import { checkFunction, checkString } from "../internal/checks.ts";
import { errnoName, errnoText } from "../internal/errno.ts";
import process from "../process/process.ts";

const CUSTOM = Symbol.for("nodejs.util.promisify.custom");

// biome-ignore lint/suspicious/noExplicitAny: any function with a callback can be promisified
type Any = (...args: any[]) => any;

function promisifyFunction(original: Any): Any {
  checkFunction(original, "original");
  const custom: unknown = (original as unknown as Record<symbol, unknown>)[CUSTOM];
  if (custom !== undefined) {
    checkFunction(custom, "util.promisify.custom");
    return Object.defineProperty(custom as Any, CUSTOM, { value: custom, configurable: true });
  }
  function promised(this: unknown, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      original.call(this, ...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
    });
  }
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  Object.defineProperty(promised, CUSTOM, { value: promised, configurable: true });
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}

export const promisify = Object.assign(promisifyFunction, { custom: CUSTOM });

export function callbackify(original: Any): Any {
  checkFunction(original, "original");
  function callbackified(this: unknown, ...args: unknown[]): void {
    const callback = args.pop();
    checkFunction(callback, "last argument");
    const done = (callback as Any).bind(this);
    (original.apply(this, args) as Promise<unknown>).then(
      (value) => process.nextTick(done, null, value),
      (error) => process.nextTick(done, error || falsyRejection(error)),
    );
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  const { length, name } = descriptors as { length?: PropertyDescriptor; name?: PropertyDescriptor };
  if (typeof length?.value === "number") {
    length.value++;
  }
  if (typeof name?.value === "string") {
    name.value += "Callbackified";
  }
  return Object.defineProperties(callbackified, descriptors);
}

/** A callback could not tell this reason from no error. */
const falsyRejection = (reason: unknown): Error =>
  Object.assign(codedError(Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value"), { reason });

export function inherits(child: Any, parent: Any): void {
  if (child === undefined || child === null) {
    throw invalidArgType("ctor", "of type function", child);
  }
  if (parent === undefined || parent === null) {
    throw invalidArgType("superCtor", "of type function", parent);
  }
  if (parent.prototype === undefined) {
    throw invalidArgType("superCtor.prototype", "of type object", parent.prototype);
  }
  Object.defineProperty(child, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

const warned = new Set<string>();

/** Wraps a function so that its first call prints a warning. Each code is printed only once. */
export function deprecate<T extends Any>(original: T, message: string, code?: string): T {
  if (code !== undefined) {
    checkString(code, "code");
  }
  let isWarned = false;
  function deprecated(this: unknown, ...args: unknown[]): unknown {
    if (!isWarned && !(code !== undefined && warned.has(code))) {
      warned.add(code ?? "");
      process.emitWarning(message, { type: "DeprecationWarning", ...(code === undefined ? {} : { code }) });
    }
    isWarned = true;
    return new.target ? Reflect.construct(original, args, new.target) : original.apply(this, args);
  }
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) {
    deprecated.prototype = original.prototype;
  }
  Object.defineProperty(deprecated, "length", { value: original.length, configurable: true });
  return deprecated as unknown as T;
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: escape sequences begin with control characters
const ESCAPE_SEQUENCES =
  /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: escape sequences begin with control characters

export function stripVTControlCharacters(text: string): string {
  if (typeof text !== "string") {
    throw invalidArgType("str", "of type string", text);
  }
  return text.includes("\u001b") || text.includes("\u009b") ? text.replace(ESCAPE_SEQUENCES, "") : text;
}

export const toUSVString = (text: unknown): string => `${text}`.toWellFormed();

function checkErrno(errno: number): void {
  if (typeof errno !== "number") {
    throw invalidArgType("err", "of type number", errno);
  }
  if (errno >= 0 || !Number.isSafeInteger(errno)) {
    throw outOfRange("err", "a negative integer", errno);
  }
}

export function getSystemErrorName(errno: number): string {
  checkErrno(errno);
  return errnoName(-errno);
}

/** Returns the text of a negative error number: `no such file or directory` for -2. */
export function getSystemErrorMessage(errno: number): string {
  checkErrno(errno);
  return errnoText(-errno);
}

export const isArray = Array.isArray;

/** Returns a promise that resolves with the event when the signal is aborted. */
export async function aborted(signal: AbortSignal, resource: object): Promise<unknown> {
  if (!(signal instanceof AbortSignal)) {
    throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "signal is not of type AbortSignal.");
  }
  if (resource === null || (typeof resource !== "object" && typeof resource !== "function")) {
    throw invalidArgType("resource", "of type object", resource);
  }
  if (signal.aborted) {
    return undefined;
  }
  return await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
