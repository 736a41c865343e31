import { checkFunction } from "./internal/checks.ts";
import { load } from "./internal/lazy.ts";
import { queueMicrotask } from "./internal/microtasks.ts";
import { formatStack } from "./internal/stack-format.ts";
import lazy from "./lazy-globals.json" with { type: "json" };
import process from "./process/process.ts";
import { TextDecoder, TextEncoder } from "./text.ts";
import { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from "./timers/timers.ts";

/* The globals of Node.js. Those that cost little are there at once; the others are loaded when a program reads them first. */

const light = {
  clearImmediate,
  clearInterval,
  clearTimeout,
  global: globalThis,
  process,
  queueMicrotask: (callback: () => void): void => {
    checkFunction(callback, "callback");
    queueMicrotask(callback);
  },
  setImmediate,
  setInterval,
  setTimeout,
  TextDecoder,
  TextEncoder,
};

const { parse } = JSON;

/** Its errors are those of Node.js: buildpacks quote the message and the position in it. */
JSON.parse = Object.defineProperty(
  (text: string, reviver?: Parameters<typeof parse>[1]) => {
    try {
      return parse(text, reviver);
    } catch (error) {
      throw error instanceof SyntaxError ? likeNode(error, String(text)) : error;
    }
  },
  "name",
  { value: "parse" },
);

function likeNode(error: SyntaxError, text: string): SyntaxError {
  const { jsonError } = load<typeof import("./internal/json-errors.ts")>("internal/json-errors");
  const message = jsonError(text);
  return message === undefined ? error : new SyntaxError(message);
}

Error.prepareStackTrace = formatStack as typeof Error.prepareStackTrace;

/** In Node.js, an error's stack can have any value and is never enumerable. Packages hide a stack by `undefined`. */
Object.defineProperty(Error.prototype, "stack", {
  ...Object.getOwnPropertyDescriptor(Error.prototype, "stack"),
  set(this: Error, value: unknown) {
    Object.defineProperty(this, "stack", { value, writable: true, enumerable: false, configurable: true });
  },
});

/** The engine's own methods of this kind ignore the language: `globals/locale.ts` has others. */
const localized = {
  String: ["localeCompare", "toLocaleLowerCase", "toLocaleUpperCase"],
  Number: ["toLocaleString"],
  BigInt: ["toLocaleString"],
  Date: ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"],
};

for (const [type, names] of Object.entries(localized)) {
  const { prototype } = { String, Number, BigInt, Date }[type as keyof typeof localized];
  for (const name of names) {
    const method = function (this: unknown, ...args: never[]) {
      const { methods } = load<typeof import("./globals/locale.ts")>("globals/locale");
      return methods[type]?.[name]?.apply(this, args);
    };
    Object.defineProperties(method, { name: { value: name }, length: { value: name === "localeCompare" ? 1 : 0 } });
    Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true });
  }
}

for (const [name, value] of Object.entries(light)) {
  define(name, value);
}
for (const [part, names] of Object.entries(lazy)) {
  for (const name of names) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => define(name, exportOf(part, name)),
      set: (value) => define(name, value),
    });
  }
}

function exportOf(part: string, name: string): unknown {
  const exports = load<Record<string, unknown>>(part);
  return name in exports ? exports[name] : exports.default;
}

function define(name: string, value: unknown): unknown {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  return value;
}
