import { invalidArgType } from "../errors.ts";
import { checkFunction } from "../internal/checks.ts";
import { errnoName } from "../internal/errno.ts";
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
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}

export const promisify = Object.assign(promisifyFunction, { custom: CUSTOM });

export function callbackify(original: Any): Any {
  checkFunction(original, "original");
  return function callbackified(this: unknown, ...args: unknown[]): void {
    const callback = args.pop();
    checkFunction(callback, "last argument");
    const done = callback as Any;
    (original.apply(this, args) as Promise<unknown>).then(
      (value) => process.nextTick(done, null, value),
      (error) => process.nextTick(done, error ?? new Error("Promise was rejected with a falsy value")),
    );
  };
}

export function inherits(child: Any, parent: Any): void {
  if (typeof child !== "function") {
    throw invalidArgType("ctor", "of type function", child);
  }
  if (typeof parent !== "function") {
    throw invalidArgType("superCtor", "of type function", parent);
  }
  Object.defineProperty(child, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

const warned = new Set<string>();

/** Wraps a function so that its first call prints a warning. Each code is printed only once. */
export function deprecate<T extends Any>(original: T, message: string, code?: string): T {
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
  deprecated.prototype = original.prototype;
  return deprecated as unknown as T;
}

/** Returns a logger that never logs, because `NODE_DEBUG` only concerns Node.js's own modules. */
export const debuglog = (_section: string): Any => Object.assign(() => {}, { enabled: false });

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

export const getSystemErrorName = (errno: number): string => errnoName(-errno);

export const isArray = Array.isArray;

/** Returns a promise that resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal, _resource?: object): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener("abort", () => resolve(), { once: true });
    }
  });
