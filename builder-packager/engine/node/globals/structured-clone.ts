/**
 * Implements the global function `structuredClone`. It clones plain values, arrays, dates, maps,
 * sets, errors, regular expressions and bytes. Transferring is not supported.
 */
export function structuredClone<T>(value: T): T {
  return clone(value, new Map()) as T;
}

function clone(value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value === "function" || typeof value === "symbol") {
    throw refused(`${String(value)} could not be cloned.`);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (done.has(value)) {
    return done.get(value);
  }
  const copy = emptyCopy(value);
  done.set(value, copy);
  fill(copy, value, (inner) => clone(inner, done));
  return copy;
}

/** `dom-exception.ts` is not loaded for it: the name is what programs look at. */
const refused = (message: string): Error => Object.assign(new Error(message), { name: "DataCloneError", code: 25 });

function emptyCopy(value: object): object {
  if (Array.isArray(value)) {
    return new Array(value.length);
  }
  if (value instanceof Date) {
    return new Date(value.getTime());
  }
  if (value instanceof RegExp) {
    return new RegExp(value.source, value.flags);
  }
  if (value instanceof Map) {
    return new Map();
  }
  if (value instanceof Set) {
    return new Set();
  }
  if (value instanceof ArrayBuffer) {
    return value.slice(0);
  }
  if (ArrayBuffer.isView(value)) {
    return copyOfView(value);
  }
  if (value instanceof Error) {
    return errorLike(value);
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    throw refused(`#<${value.constructor.name}> could not be cloned.`);
  }
  for (const Type of [String, Number, Boolean, BigInt]) {
    if (value instanceof Type) {
      return Object(value.valueOf());
    }
  }
  return {};
}

function copyOfView(view: ArrayBufferView): object {
  if (view instanceof DataView) {
    return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  }
  // A Buffer becomes an Uint8Array, as in Node.js.
  return view instanceof Uint8Array ? new Uint8Array(view) : (view as Int32Array).slice();
}

function errorLike(error: Error): Error {
  const types: readonly ErrorConstructor[] = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  const Type = types.find(({ name }) => name === error.name) ?? Error;
  const copy = new Type(error.message);
  Object.defineProperty(copy, "stack", { value: error.stack, writable: true, configurable: true });
  return copy;
}

function fill(copy: object, value: object, inner: (value: unknown) => unknown): void {
  if (value instanceof Map) {
    for (const [key, each] of value) {
      (copy as Map<unknown, unknown>).set(inner(key), inner(each));
    }
  } else if (value instanceof Set) {
    for (const each of value) {
      (copy as Set<unknown>).add(inner(each));
    }
  } else if (value instanceof Error) {
    if (Object.hasOwn(value, "cause")) {
      Object.defineProperty(copy, "cause", { value: inner(value.cause), writable: true, configurable: true });
    }
  } else if (Array.isArray(value) || isPlain(copy)) {
    for (const key of Object.keys(value)) {
      const each = inner((value as Record<string, unknown>)[key]);
      Object.defineProperty(copy, key, { value: each, writable: true, enumerable: true, configurable: true });
    }
  }
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;
