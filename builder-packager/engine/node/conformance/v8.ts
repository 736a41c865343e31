import v8, { deserialize, serialize } from "node:v8";
import { report, untyped } from "./report.ts";

/* Values in V8's serialization format: the bytes, and what is read from them. */

report("the same functions", () => [v8.serialize === serialize, v8.deserialize === deserialize]);

const shared = { a: 1 };
const cyclic: Record<string, unknown> = { name: "cyclic" };
cyclic["self"] = cyclic;
class Point {
  readonly x = 1;
  #hidden = 2;
  get sum(): number {
    return this.x + this.#hidden;
  }
}
class OwnError extends Error {}

function errorOf(Class: new (message: string, options?: ErrorOptions) => Error, options?: ErrorOptions): Error {
  const error = new Class("message", options);
  error.stack = "the stack";
  return error;
}

const VALUES: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  true: true,
  false: false,
  zero: 0,
  "negative zero": -0,
  integers: [1, -1, 63, 64, -64, -65, 127, 128, 2 ** 30, -(2 ** 30), 2 ** 31 - 1, -(2 ** 31)],
  "large integer": 2 ** 31,
  "small integer": -(2 ** 31) - 1,
  numbers: [1, 2.5, NaN, Infinity, -Infinity, -0, 2 ** 53],
  "numbers and others": [1, 2.5, null, "a", undefined, true],
  "empty array": [],
  "array with a hole": Object.assign([1, 2, 3], { length: 5 }),
  "array of holes": new Array(3),
  "long array of holes": new Array(2 ** 32 - 1),
  "array with properties": Object.assign([1, 2], { x: 1, "-1": 2 }),
  "empty object": {},
  keys: { b: 1, 2: "x", a: undefined, 4294967294: 1, 4294967295: 2, "-1": 3, "1.5": 4, 2147483648: 5, "01": 6, "": 7 },
  __proto: JSON.parse('{"__proto__":{"a":1}}'),
  "no prototype": Object.assign(Object.create(null), { x: 1 }),
  instance: new Point(),
  getter: {
    get x() {
      return 5;
    },
  },
  text: "text",
  "empty text": "",
  "latin text": "é\u0000ÿ",
  "other text": "€",
  "texts at odd and even positions": ["€", "a€", "aé", "😀"],
  "long text": "x".repeat(300),
  "long other text": "€".repeat(300),
  references: [shared, shared, [shared]],
  cyclic: cyclic,
  map: new Map<unknown, unknown>([
    [1, shared],
    ["a", new Map()],
    [shared, null],
  ]),
  set: new Set([1, shared, "a", new Set()]),
  date: new Date(5),
  "invalid date": new Date(NaN),
  "regular expressions": [/a/, /[a/]€/giu, /a/dmsy, /a/v],
  integers64: [5n, -5n, 0n, 2n ** 63n, 2n ** 64n, -(2n ** 70n), 2n ** 128n - 1n],
  objects: [Object(1), Object("é"), Object("€"), Object(true), Object(false), Object(7n)],
  buffer: Buffer.from("abc"),
  views: [
    new Int8Array([1, -1]),
    new Uint8Array([1, 2]),
    new Uint8ClampedArray([3]),
    new Int16Array([-2]),
    new Uint16Array([300]),
    new Int32Array([-70_000]),
    new Uint32Array([2 ** 32 - 1]),
    new Float32Array([1.5]),
    new Float64Array([0.1]),
    new DataView(new ArrayBuffer(3), 1),
    new BigInt64Array([-1n]),
    new BigUint64Array([2n ** 64n - 1n]),
  ],
  "a part of a view": new Uint16Array([1, 2, 3]).subarray(1),
  "empty view": new Float64Array(0),
  "array buffer": new Uint8Array([1, 2, 3]).buffer,
  "resizable array buffer": new ArrayBuffer(3, { maxByteLength: 8 }),
  error: errorOf(Error),
  errors: [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, OwnError].map((Class) =>
    errorOf(Class),
  ),
  "error with a cause": errorOf(TypeError, { cause: shared }),
  "error with properties": Object.assign(errorOf(Error), { name: "RangeError", code: "X" }),
  "nested in depth": JSON.parse("[".repeat(100) + "]".repeat(100)),
};

/** The parts of a value, with the codes of its characters. */
function parts(value: unknown, depth = 0): unknown {
  if (typeof value === "string") {
    return value.length > 20 ? [value.length, value.slice(0, 3)] : [...value].map((each) => each.codePointAt(0));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (depth > 4) {
    return "deeper";
  }
  const name = Object.prototype.toString.call(value);
  if (value instanceof Date || value instanceof Number || value instanceof Boolean || value instanceof BigInt) {
    return [name, value.valueOf()];
  }
  if (value instanceof String || value instanceof RegExp) {
    return [name, parts(`${value}`)];
  }
  if (value instanceof ArrayBuffer) {
    return [name, value.resizable, value.maxByteLength, [...new Uint8Array(value)]];
  }
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return [name, Buffer.isBuffer(value), [...bytes]];
  }
  if (value instanceof Error) {
    return [value.name, value.message, value.stack, parts(value.cause, depth + 1), Object.keys(value)];
  }
  if (value instanceof Map || value instanceof Set) {
    return [name, [...value].map((each) => parts(each, depth + 1))];
  }
  const length = Array.isArray(value) ? value.length : -1;
  const entries = Object.entries(value).map(([key, each]) => [key, parts(each, depth + 1)]);
  return [name, length, Object.getPrototypeOf(value) === Object.prototype, entries];
}

for (const [name, value] of Object.entries(VALUES)) {
  report(`bytes of ${name}`, () => serialize(value).toString("hex"));
  report(`value of ${name}`, () => parts(deserialize(serialize(value))));
}
report("serialize without a value", () => untyped<() => Buffer>(serialize)().toString("hex"));
report("serialize gives a buffer", () => Buffer.isBuffer(serialize(1)));
report("references after reading", () => {
  const [first, second] = deserialize(serialize([shared, shared]));
  const read = deserialize(serialize(cyclic));
  return [first === second, read.self === read];
});
report("a lone surrogate", () => {
  const text = deserialize(serialize("a\ud800b\ufffd"));
  return [...text].map((each) => each.charCodeAt(0));
});
report("views share the memory where they can", () => {
  const bytes = serialize([Buffer.from("abc"), new Uint8Array([1])]);
  const [buffer, view] = deserialize(bytes);
  return [buffer.buffer === bytes.buffer, view.buffer === bytes.buffer];
});
report("an unaligned view", () => {
  const bytes = serialize(new Uint16Array([1, 2]));
  return [0, 1].map((offset) => {
    const moved = new Uint8Array(bytes.length + offset);
    moved.set(bytes, offset);
    return [...deserialize(moved.subarray(offset))];
  });
});
report("other views as the argument", () => [
  deserialize(new DataView(new Uint8Array([0xff, 0x0f, 0x49, 4]).buffer)),
  deserialize(new Uint16Array(new Uint8Array([0xff, 0x0f, 0x49, 4]).buffer)),
]);

function* generator(): Generator<number> {
  yield 1;
}
for (const [name, value] of Object.entries<unknown>({
  symbol: Symbol("x"),
  "symbol object": Object(Symbol("x")),
  "weak map": new WeakMap(),
  "weak set": new WeakSet(),
  "weak reference": new WeakRef({}),
  promise: Promise.resolve(),
  generator: generator(),
  iterators: new Map().entries(),
  iterator: new Set().values(),
  "shared array buffer": new SharedArrayBuffer(3),
  inner: { a: { b: Symbol.iterator } },
})) {
  report(`serialize a ${name}`, () => serialize(value));
}
report("serialize a throwing getter", () =>
  serialize({
    get x() {
      throw new RangeError("from the getter");
    },
  }),
);
report("serialize an object that a getter changes", () => {
  const object = {
    get a(): number {
      Reflect.deleteProperty(this, "b");
      return 1;
    },
    b: 2,
  };
  return serialize(object).toString("hex");
});
for (const value of [undefined, null, 5, "x", [], {}, new ArrayBuffer(4)]) {
  report(`deserialize ${JSON.stringify(value)}`, () => deserialize(untyped(value)));
}

/** Bytes in hexadecimal that `serialize` does not write: of older versions, of other programs, and damaged ones. */
const BYTES = `ff ff0f ff10 ff0d 49 ff0d4904 ff0e6f7b00 ff0f6f7b01 ff0f49 ff0f4904 ff0f4904ff ff0f5e00 ff0f41ffffffff0f
  ff0f61ffffffff0f400000 ff0f41024902244900 ff0f4103490249042d240003 ff0f22ff61 ff0f630361 ff0f5a0100 ff0f5a10
  ff0f5a1005 ff0f445f ff0f6f2201616f7b007b01 ff0f72 ff0f722e ff0f7254732201782e ff0f5c0a0361 ff0f5c0a
  ff0f5c03036162636465 ff0f3b220161490a3a02 ff0f3b220161490a3a03 ff0f272201612c01 ff0f3f005f ff0f000000005f
  ff0f53026162 ff0f5303e282ac ff0f5302ffff ff0f5201 ff0f522201610f ff0f522201614002 ff0f522201618004 ff0f42036162
  ff0f4203616263 ff0f7502 ff0f550a ff0f4e ff0f78 ff0f736f ff0f7349 ff0f6e000000000000f03f ff0f6f490222016122017b02
  ff0f6f4902 ff0f7e0308616263 ff0f7e0802616263 ff0f2d ff0f6f6f7b00490022017b01 ff0e41014902240001 ff0f49ffffffffffff01
  ff0fff ff0f7203 ff0f3b49023a01 ff0f6122016149024001`;
for (const bytes of ["", ...BYTES.split(/\s+/)]) {
  report(`deserialize ${bytes}`, () => parts(deserialize(Buffer.from(bytes, "hex"))));
}
report("deserialize a deep array", () => {
  const depth = 200_000;
  return deserialize(Buffer.concat([Buffer.from("ff0f", "hex"), Buffer.alloc(depth * 2, "4101", "hex")])) !== undefined;
});
