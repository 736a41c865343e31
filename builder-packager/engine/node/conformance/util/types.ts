import { types } from "node:util";
import defaultTypes, * as names from "node:util/types";
import { report } from "../report.ts";

class MyMap extends Map {}
class MyError extends Error {}
class MyPromise extends Promise<unknown> {}
class MyArray extends Uint8Array {}

function argumentsOf(..._args: unknown[]): unknown {
  // biome-ignore lint/complexity/noArguments: this is what is to be recognized
  return arguments;
}

/** Checks that the engine lacks. */
const ABSENT = new Set([
  "default",
  "isBigIntObject",
  "isCryptoKey",
  "isEventTarget",
  "isExternal",
  "isFloat16Array",
  "isKeyObject",
  "isModuleNamespaceObject",
  "isProxy",
  "module.exports",
]);

/** Values that pretend to be of a type are not of it. */
const VALUES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  number: 1,
  text: "a",
  bigint: 1n,
  boolean: true,
  symbol: Symbol("a"),
  object: {},
  "object without a prototype": Object.create(null),
  array: [1],
  function: function plain() {},
  arrow: () => 1,
  class: MyMap,
  "async function": async function asynchronous() {},
  "async arrow": async () => 1,
  "generator function": function* generator() {},
  "async generator function": async function* asyncGenerator() {},
  generator: (function* generator() {})(),
  "async generator": (async function* asyncGenerator() {})(),
  arguments: argumentsOf(1, 2),
  ArrayBuffer: new ArrayBuffer(2),
  SharedArrayBuffer: new SharedArrayBuffer(2),
  DataView: new DataView(new ArrayBuffer(2)),
  Buffer: Buffer.from("a"),
  "class of Uint8Array": new MyArray(1),
  ...Object.fromEntries(
    [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ].map((Type) => [Type.name, new Type(1)]),
  ),
  Boolean: new Boolean(true),
  Number: new Number(1),
  String: new String("a"),
  "boxed symbol": Object(Symbol("a")),
  "boxed bigint": Object(1n),
  Date: new Date(0),
  "Date, invalid": new Date(Number.NaN),
  RegExp: /a/,
  Map: new Map(),
  Set: new Set(),
  "class of Map": new MyMap(),
  WeakMap: new WeakMap(),
  WeakSet: new WeakSet(),
  WeakRef: new WeakRef({}),
  Promise: Promise.resolve(),
  "class of Promise": new MyPromise(() => {}),
  // biome-ignore lint/suspicious/noThenProperty: it is no promise
  thenable: { then() {} },
  Error: new Error("a"),
  TypeError: new TypeError("a"),
  AggregateError: new AggregateError([]),
  "class of Error": new MyError("a"),
  DOMException: new DOMException("a"),
  "iterator of a Map": new Map().entries(),
  "iterator of a Set": new Set().values(),
  "iterator of an array": [].values(),
  "iterator of a text": "a"[Symbol.iterator](),
  Proxy: new Proxy({}, {}),
  "Proxy of a Map": new Proxy(new Map(), {}),
  "Proxy of a function": new Proxy(() => 1, {}),
  Math,
  JSON,
  globalThis,
  "prototype of Map": Map.prototype,
  "prototype of Date": Date.prototype,
  "prototype of Error": Error.prototype,
  "prototype of Promise": Promise.prototype,
  "prototype of Uint8Array": Uint8Array.prototype,
  "prototype of RegExp": RegExp.prototype,
  "object with the prototype of Map": Object.create(Map.prototype),
  "object with the prototype of Error": Object.create(Error.prototype),
  "object with the prototype of Date": Object.create(Date.prototype),
  "object with the prototype of Number": Object.create(Number.prototype),
  "object with the tag of Map": { [Symbol.toStringTag]: "Map" },
  "object with the tag of an iterator": { [Symbol.toStringTag]: "Map Iterator" },
  "object with the tag of an async function": { [Symbol.toStringTag]: "AsyncFunction" },
  "object with the tag of arguments": { [Symbol.toStringTag]: "Arguments" },
  "object with the tag of a generator": { [Symbol.toStringTag]: "Generator" },
  "Map with another prototype": Object.setPrototypeOf(new Map(), null),
  "Map with another tag": Object.defineProperty(new Map(), Symbol.toStringTag, { value: "Set" }),
  "Error with another prototype": Object.setPrototypeOf(new Error("a"), null),
  "Date with another prototype": Object.setPrototypeOf(new Date(0), null),
  "RegExp with another prototype": Object.setPrototypeOf(/a/, null),
  "Number with another prototype": Object.setPrototypeOf(new Number(1), null),
  "ArrayBuffer with another prototype": Object.setPrototypeOf(new ArrayBuffer(1), null),
  "Uint8Array with another prototype": Object.setPrototypeOf(new Uint8Array(1), null),
};

type Check = (value: unknown) => boolean;

const checks = names as unknown as Readonly<Record<string, Check>>;

for (const name of Object.keys(names).sort()) {
  if (!ABSENT.has(name)) {
    report(name, () => Object.keys(VALUES).filter((key) => checks[name]?.(VALUES[key])));
    report(`${name}, nothing`, () => (checks[name] as () => boolean)());
  }
}
report("the same functions", () => [
  defaultTypes.isMap === names.isMap,
  types.isMap === names.isMap,
  types === defaultTypes,
]);
