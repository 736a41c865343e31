import util, {
  deprecate,
  format,
  inherits,
  inspect,
  isDeepStrictEqual,
  parseArgs,
  promisify,
  stripVTControlCharacters,
  styleText,
  types,
} from "node:util";
import { printLine } from "../report.ts";

/*
 * The case runs on Node.js and on the small engine, and prints a line of JSON for each call: the two outputs must be equal.
 */

const print = (name, value) =>
  printLine(JSON.stringify([name, value], (_, x) => (x === undefined ? "(undefined)" : x)));
const attempt = (name, f) => {
  try {
    print(name, f());
  } catch (e) {
    print(name, { name: e.name, code: e.code, message: e.code ? e.message : "" });
  }
};
class Foo {
  constructor() {
    this.a = 1;
  }
  get b() {
    return 2;
  }
}
class Bar extends Foo {}
class Tagged {
  get [Symbol.toStringTag]() {
    return "Tag";
  }
}
const circular = { name: "c" };
circular.self = circular;
circular.list = [circular, { circular }];
const sparse = [1, undefined, undefined, 4];
sparse.x = 1;
const holes = Object.assign([], { 2: "a", 5: "b", 1.5: "c", 5000000000: "d" });
holes.length = 9;
const manyHoles = Object.assign([], { 7: "a" });
manyHoles.length = 4_294_967_295;
const nullish = Object.create(null);
nullish.a = 1;
const err = new TypeError("bad");
err.code = "E1";
err.stack = "TypeError: bad\n    at x (y:1:2)";
const plainError = new Error("plain");
plainError.stack = "Error: plain";
const caused = new Error("outer", { cause: err });
caused.stack = "Error: outer\n    at q (r:3:4)";
const values = {
  string: "it's",
  both: `'"`,
  three: "'\"`",
  lines: "a\nb\t\u0001\u007f\\",
  number: 1.5,
  zero: -0,
  nan: NaN,
  big: 12n,
  bool: true,
  undef: undefined,
  nul: null,
  symbol: Symbol("s"),
  fn: function named() {},
  arrow: (
    () => () =>
      1
  )(),
  cls: Foo,
  sub: Bar,
  anonymous: class {},
  async: async function af() {},
  gen: function* g() {},
  asyncGen: async function* ag() {},
  array: [1, "a", null],
  nested: { a: { b: { c: { d: 1 } } } },
  deepArray: [[[[1]]]],
  empty: {},
  emptyArray: [],
  foo: new Foo(),
  bar: new Bar(),
  tagged: new Tagged(),
  date: new Date(0),
  invalid: new Date(NaN),
  regexp: /a\/b/gi,
  map: new Map([
    ["a", { b: 1 }],
    [{ k: 1 }, [2]],
  ]),
  set: new Set([1, "a", [2]]),
  emptyMap: new Map(),
  weak: new WeakMap(),
  promise: 1,
  circular,
  sparse,
  holes,
  nullish,
  getter: {
    get a() {
      return 1;
    },
    set a(_v) {},
    get r() {
      return 1;
    },
    set w(_v) {},
  },
  symbols: { [Symbol("k")]: 1, [Symbol.iterator]: 2 },
  keys: { "a-b": 1, 1: 2, "": 3, "a b": 4, ünï: 5, $x: 1 },
  hundred: Array.from({ length: 120 }, (_, i) => i),
  words: Array.from({ length: 30 }, (_, i) => `word${i}`),
  longStrings: Array.from({ length: 8 }, (_, i) => "x".repeat(20 + i)),
  wide: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`key${i}`, `value ${i}`])),
  u8: new Uint8Array([1, 2, 3]),
  f64: new Float64Array(2),
  buffer: Buffer.from("hello"),
  ab: new ArrayBuffer(4),
  boxedString: new String("abc"),
  boxedNumber: new Number(3),
  boxedSymbol: Object(Symbol("q")),
  err,
  caused,
  errs: [err],
  custom: { [inspect.custom]: (depth, options) => `custom ${depth} ${typeof options.stylize}` },
  customObject: { [inspect.custom]: () => ({ inner: 1 }) },
  nestedCustom: { a: { [inspect.custom]: () => "line1\nline2" } },
  fnProps: Object.assign(function f() {}, { a: 1 }),
  dateProps: Object.assign(new Date(0), { a: 1 }),
  args: (function () {
    // biome-ignore lint/complexity/noArguments: this is what is to be shown
    return arguments;
  })(1, 2),
  globalProto: Object.create({ inherited: 1 }),
  long: "y".repeat(200),
  longObject: { text: "z".repeat(100), other: 1 },
  multiline: { text: "first line of the text\nsecond line of the text\nthird line of the text" },
  math: Math,
  json: JSON,
};
attempt("inspect many holes", () => inspect(manyHoles));
for (const [name, value] of Object.entries(values)) {
  attempt(`inspect ${name}`, () => inspect(value));
  attempt(`inspect in object ${name}`, () => inspect({ [name]: value }));
  attempt(`inspect in list ${name}`, () => inspect([value, value]));
  attempt(`inspect in colors ${name}`, () => inspect({ [name]: value, list: [value] }, { colors: true }));
  attempt(`inspect depth 0 ${name}`, () => inspect({ a: value }, { depth: 0 }));
  for (const d of [
    typeof value === "function" || value instanceof Error || name === "errs" ? "%O" : "%s",
    "%d",
    "%i",
    "%f",
    value instanceof Error || name === "errs" ? "%O" : "%j",
    "%O",
  ])
    attempt(`format ${d} ${name}`, () => format(d, value));
  attempt(`format rest ${name}`, () => format("text", value, value));
  attempt(`format first ${name}`, () => format(value, "text"));
}
for (const args of [
  [],
  ["%s"],
  ["%s %s", 1],
  ["%%s", 1],
  ["%", 1],
  ["%x", 1],
  ["a", "b", "c"],
  [1, "b"],
  ["%c x", "css"],
  ["%s", "%s", "%s"],
  [undefined],
  [null],
  [""],
  ["%o", [1]],
  ["100%", 5],
])
  attempt(`format ${JSON.stringify(args)}`, () => format(...args));
for (const options of [
  { compact: false },
  { breakLength: 20 },
  { breakLength: Infinity },
  { maxArrayLength: 2 },
  { maxStringLength: 2 },
  { sorted: true },
  { depth: Infinity },
  { depth: null },
  { showHidden: true },
  { compact: 1 },
])
  attempt(`options ${JSON.stringify(options)}`, () =>
    inspect({ b: [1, 2, 3, { c: { d: { e: { f: "text" } } } }], a: "some text", set: new Set([3]) }, options),
  );
const equal = [
  [1, 1],
  [1, "1"],
  [NaN, NaN],
  [0, -0],
  [{ a: [1] }, { a: [1] }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [
    [1, undefined, 2],
    [1, undefined, 2],
  ],
  [new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1])],
  [new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])],
  [new Map([["a", 1]]), new Map([["a", 2]])],
  [new Date(1), new Date(1)],
  [new Date(1), new Date(2)],
  [/a/g, /a/g],
  [/a/g, /a/i],
  [new Foo(), new Foo()],
  [new Foo(), new Bar()],
  [circular, circular],
  [new Uint8Array([1]), new Uint8Array([1])],
  [new Uint8Array([1]), new Uint8Array([2])],
  [Buffer.from("a"), new Uint8Array([97])],
  [new Error("a"), new Error("a")],
  [new Error("a"), new Error("b")],
  [null, undefined],
  [{}, []],
  [Object(1), Object(1)],
  [Object("a"), Object("b")],
  [nullish, { a: 1 }],
  [() => 1, () => 1],
];
for (const [index, [a, b]] of equal.entries())
  attempt(`equal ${index}`, () => [isDeepStrictEqual(a, b), isDeepStrictEqual(b, a)]);
for (const text of [
  "\u001b[31mred\u001b[39m",
  "\u001b]8;;http://x\u0007link\u001b]8;;\u0007",
  "plain",
  "\u009b1mx",
  "\u001b[2K\u001b[1Gx",
  "a\u001b[38;5;123mb\u001b[0m",
])
  attempt(`strip ${JSON.stringify(text)}`, () => stripVTControlCharacters(text));
attempt("strip number", () => stripVTControlCharacters(1));
print("promisify", await promisify((a, callback) => callback(null, a + 1))(1));
print("promisify error", await promisify((callback) => callback(new Error("no")))().catch((e) => e.message));
attempt("promisify nothing", () => promisify(1));
attempt("promisify custom", () => {
  const f = () => {};
  f[promisify.custom] = () => 5;
  return promisify(f)();
});
function Old() {}
function Parent() {}
Parent.prototype.hi = () => "hi";
inherits(Old, Parent);
attempt("inherits", () => [new Old().hi(), Old.super_ === Parent]);
attempt("deprecate", () => deprecate((a) => a + 1, "old")(1));
for (const name of [
  "isDate",
  "isRegExp",
  "isMap",
  "isSet",
  "isPromise",
  "isNativeError",
  "isTypedArray",
  "isUint8Array",
  "isArrayBuffer",
  "isAnyArrayBuffer",
  "isAsyncFunction",
  "isGeneratorFunction",
  "isBoxedPrimitive",
  "isArgumentsObject",
  "isDataView",
  "isSymbolObject",
])
  attempt(name, () =>
    Object.entries(values)
      .filter(([, value]) => types[name](value))
      .map(([key]) => key),
  );
attempt("colors", () => [
  Object.entries(inspect.colors),
  Object.entries(inspect.styles),
  Object.getOwnPropertyNames(inspect.colors),
  inspect.colors.conceal,
]);
attempt("columns of wide characters", () => [
  inspect(["日本", "語", "e\u0301", "😀", "\u200b", "a", "b", "c", "한국어"]),
  inspect(["日本", "語", "e\u0301", "😀", "\u200b", "a", "b", "c", "한국어"], { colors: true }),
]);
const plainStyle = { validateStream: false };
attempt("styleText", () => [
  styleText("red", "x", plainStyle),
  styleText(["bold", "bgBlue"], "x", plainStyle),
  styleText("gray", "y", plainStyle),
  styleText("grey", "y", plainStyle),
  styleText("none", "y", plainStyle),
  styleText(["none", "red"], "y", plainStyle),
  styleText([], "y", plainStyle),
  styleText("#abc", "y", plainStyle),
  styleText(["#aabbcc", "bold"], "y", plainStyle),
  styleText("red", `a${styleText("blue", "b", plainStyle)}c`, plainStyle),
  styleText("bold", `a${styleText("dim", "b", plainStyle)}c`, plainStyle),
  styleText("red", styleText("blue", "b", plainStyle), plainStyle),
  styleText("red", "not a terminal"),
]);
for (const [style, text, styleOptions] of [
  ["nope", "x"],
  [5, "x"],
  [["red", "nope"], "x"],
  ["#ab", "x"],
  ["red", 5],
  ["red", "x", 5],
  ["red", "x", null],
  ["red", "x", { validateStream: 1 }],
  ["red", "x", { stream: {} }],
  ["red", "x", { stream: null }],
])
  attempt(`styleText ${style} ${text} ${JSON.stringify(styleOptions)}`, () => styleText(style, text, styleOptions));
const terminal = { isTTY: true, write() {}, on() {} };
process.env.FORCE_COLOR = "1";
attempt("styleText, forced", () => styleText("red", "x"));
process.env.FORCE_COLOR = "0";
attempt("styleText, not forced", () => styleText("red", "x", { stream: terminal }));
delete process.env.FORCE_COLOR;
for (const [variable, value] of [
  ["NO_COLOR", "1"],
  ["NODE_DISABLE_COLORS", "1"],
  ["TERM", "dumb"],
  ["CI", "1"],
  ["COLORTERM", "truecolor"],
]) {
  const before = process.env[variable];
  process.env[variable] = value;
  attempt(`styleText, ${variable}`, () => styleText("red", "x", { stream: terminal }));
  if (before === undefined) delete process.env[variable];
  else process.env[variable] = before;
}
const options = {
  verbose: { type: "boolean", short: "v" },
  out: { type: "string", short: "o" },
  many: { type: "string", multiple: true },
  def: { type: "string", default: "d" },
};
for (const args of [
  ["-v", "--out", "x"],
  ["-vo", "x"],
  ["-ox"],
  ["--out=x=y"],
  ["--many", "a", "--many=b"],
  ["--nope"],
  ["pos"],
  ["--out"],
  ["--verbose=1"],
  ["--", "-x"],
  [],
]) {
  attempt(`parseArgs ${args}`, () => parseArgs({ args, options }));
  attempt(`parseArgs positionals ${args}`, () => parseArgs({ args, options, allowPositionals: true }));
  attempt(`parseArgs lax ${args}`, () => parseArgs({ args, options, strict: false }));
}
attempt("exports", () => [typeof util.inspect, typeof util.types.isDate, typeof util.TextDecoder]);
for (const stack of ["Error: other", undefined, null, 5, { frames: [] }])
  attempt(`stack = ${JSON.stringify(stack)}`, () => {
    const error = new RangeError("no text");
    error.stack = stack;
    return [error.stack, Object.keys(error), String(error), Object.assign(new Error("m"), { stack }).stack];
  });
