import process from "node:process";
import util, {
  aborted,
  callbackify,
  debug,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getSystemErrorMessage,
  getSystemErrorName,
  inherits,
  inspect,
  isArray,
  promisify,
  TextDecoder,
  TextEncoder,
  toUSVString,
} from "node:util";
import { report, reportLater, untyped } from "../report.ts";

/* The test runs this with NODE_DEBUG=case*. */

const NO_FUNCTIONS: readonly unknown[] = [undefined, null, 5, "a", {}, []];

report("the same objects", () => [
  TextDecoder === globalThis.TextDecoder,
  TextEncoder === globalThis.TextEncoder,
  debug === debuglog,
  debug("nothing").enabled,
  util.inspect === inspect,
  util.types.isDate(new Date()),
]);
report("TextDecoder", () => [
  new TextDecoder().decode(new TextEncoder().encode("aä€😀")),
  new TextDecoder("utf-16le").decode(new Uint8Array([97, 0])),
]);
report("TextDecoder, fatal", () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])));
report("TextDecoder, unknown", () => new TextDecoder("nope"));
report("TextEncoder", () => [[...new TextEncoder().encode("ä")], new TextEncoder().encoding]);

report("isArray", () => [[], {}, "a", untyped(undefined), new Uint8Array(1)].map((value) => isArray(value)));
report("toUSVString", () => ["aä😀", "a\ud800b", "\udc00", ""].map((text) => toUSVString(text)));
report("toUSVString of others", () => [5, null, undefined, {}, [1, 2]].map((value) => toUSVString(untyped(value))));
report("getSystemErrorMessage", () => [-1, -2, -28, -110, -999].map((number) => getSystemErrorMessage(number)));
report("getSystemErrorName", () => [-1, -2, -13, -17, -20, -110, -125].map((number) => getSystemErrorName(number)));
for (const number of [0, 2, -1.5, -9_999_999, "-2", undefined, -2n]) {
  report(`getSystemErrorName of ${typeof number} ${number}`, () => getSystemErrorName(untyped(number)));
  report(`getSystemErrorMessage of ${typeof number} ${number}`, () => getSystemErrorMessage(untyped(number)));
}

report("formatWithOptions", () => [
  formatWithOptions({}, "%s %o", "a", { b: 1 }),
  formatWithOptions({ compact: false }, "%O", { a: { b: 1 } }),
  formatWithOptions({ colors: true }, "%s %O %d", { a: 1 }, { b: "x" }, 5, { c: null }),
  formatWithOptions({ depth: 0 }, { a: { b: 1 } }),
  formatWithOptions({ breakLength: 10 }, { first: 1, second: 2 }),
  formatWithOptions({}),
  formatWithOptions({}, "%s"),
  formatWithOptions({}, "100%", 5),
  formatWithOptions({}, 5, "%s"),
]);
for (const options of [undefined, null, 5, "a"]) {
  report(`formatWithOptions with ${typeof options} ${options}`, () => formatWithOptions(untyped(options), "a"));
}
class Own {
  override = 1;
  toString(): string {
    return "own text";
  }
}
class OwnPrimitive {
  [Symbol.toPrimitive](): string {
    return "primitive";
  }
}
const FORMATTED: readonly (readonly unknown[])[] = [
  ["%s", new Own()],
  ["%s", new OwnPrimitive()],
  ["%s", new Date(0)],
  ["%s", new Error("a").message],
  ["%s", Symbol("a")],
  ["%s", 12_345_678_901_234_567_890n],
  ["%s", -0],
  ["%s", [1, [2, [3]]]],
  ["%s", Object.create(null)],
  ["%d", "0x10", "a", {}, null],
  ["%d", Symbol("a")],
  ["%d", 5n],
  ["%d", -0],
  ["%i", 5.7, "6.9x"],
  ["%i", {}],
  ["%i", 5n],
  ["%i", Symbol("a")],
  ["%f", "5.70x"],
  ["%f", Symbol("a")],
  ["%f", {}],
  ["%j", { a: [1] }],
  ["%j", undefined],
  ["%j", 5n.toString()],
  ["%o", { f() {} }],
  ["%O", { a: { b: { c: { d: { e: 1 } } } } }],
  ["%c", "css"],
  ["%x %s", "a"],
  ["%%%s%%", "a"],
  ["%s%s", "a"],
  ["%", "a"],
  ["a", "b", 5, { c: 1 }],
  [5, 6],
  [],
];
for (const [index, args] of FORMATTED.entries()) {
  report(`format ${index}`, () => format(...args));
}
report("format of a circle", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  return format("%j", circle);
});
report("format of a toJSON that throws", () =>
  format("%j", {
    toJSON() {
      throw new RangeError("mine");
    },
  }),
);

for (const value of NO_FUNCTIONS) {
  report(`callbackify of ${typeof value} ${value}`, () => callbackify(untyped(value)));
  report(`promisify of ${typeof value} ${value}`, () => promisify(untyped(value)));
  if (value === undefined || value === null) {
    report(`inherits of ${value}`, () => inherits(untyped(value), Own));
  }
  report(`inherits from ${typeof value} ${value}`, () => inherits(function child() {}, untyped<typeof Own>(value)));
}
report("inherits from an arrow", () =>
  inherits(
    function child() {},
    untyped(() => 1),
  ),
);
report("inherits", () => {
  function Child() {}
  inherits(Child, Own);
  const { value, ...rest } = Object.getOwnPropertyDescriptor(Child, "super_") ?? {};
  return [String(new (untyped<new () => object>(Child))()), value === Own, rest];
});
await reportLater(
  "callbackify",
  () =>
    new Promise((resolve) => {
      callbackify(async (a: number, b: number) => a + b)(1, 2, (...args) => resolve(args));
    }),
);
for (const reason of [new RangeError("mine"), "text", null, undefined, 0]) {
  await reportLater(
    `callbackify, rejected with ${reason}`,
    () =>
      new Promise((resolve) => {
        callbackify(() => Promise.reject(reason))((error) =>
          resolve([error, untyped<{ reason: unknown }>(error).reason]),
        );
      }),
  );
}
report("callbackify, shape", () => {
  const result = callbackify(async function named(_a: number, _b: number) {});
  return [result.name, result.length];
});
report("callbackify without a callback", () => untyped<() => void>(callbackify(async () => 1))());
await reportLater("callbackify, this", () => {
  const object = {
    value: 5,
    method: callbackify(async function (this: { value: number }) {
      return this.value;
    }),
  };
  return new Promise((resolve) => {
    object.method((...args: unknown[]) => resolve(args));
  });
});
report("promisify, shape", () => {
  const original = Object.assign(function named(_a: number, _b: number) {}, { own: 1 });
  const result = untyped<typeof original>(promisify(original));
  return [result.name, result.length, result.own, untyped<unknown>(promisify(untyped<() => void>(result))) === result];
});
await reportLater("promisify, results", () =>
  promisify((a: number, done: (error: null, first: number, second: number) => void) => done(null, a, 2))(1),
);
await reportLater("promisify, false error", () =>
  promisify((done: (error: unknown, value: string) => void) => done(0, "value"))(),
);
await reportLater("promisify, thrown", () =>
  promisify(() => {
    throw new RangeError("mine");
  })(),
);
report("promisify, bad custom", () => promisify(Object.assign(() => {}, { [promisify.custom]: 5 })));

/** What is written to standard error. */
function written(name: string, use: () => unknown): void {
  const { write } = process.stderr;
  const texts: string[] = [];
  process.stderr.write = ((text: string) => texts.push(text) > 0) as typeof write;
  report(name, () => [use(), texts.map((text) => text.replaceAll(`${process.pid}`, "PID"))]);
  process.stderr.write = write;
}

async function warned(name: string, use: () => unknown): Promise<void> {
  const warnings: unknown[] = [];
  const listener = (warning: Error) => warnings.push(warning);
  process.on("warning", listener);
  await reportLater(name, async () => {
    const result = use();
    await new Promise((resolve) => setTimeout(resolve, 2));
    return [result, warnings];
  });
  process.off("warning", listener);
}

written("debuglog", () => {
  const log = debuglog("case-one");
  log("%s is %d", "a", 5, { b: 1 });
  log("two\nlines");
  untyped<() => void>(log)();
  return [log.enabled, typeof log];
});
written("debuglog, other section", () => {
  const log = debuglog("other");
  log("never");
  return log.enabled;
});
written("debuglog, callback", () => {
  const enabled: boolean[] = [];
  const log = debuglog("CASE", (optimized) => enabled.push(untyped<{ enabled: boolean }>(optimized).enabled));
  log("a");
  log("b");
  return enabled;
});
await warned("deprecate", () => {
  const old = deprecate((a: number) => a + 1, "old is old");
  return [old(1), old(2), old.length];
});
await warned("deprecate with a code", () => {
  const first = deprecate(() => 1, "first is old", "DEP_CASE");
  const second = deprecate(() => 2, "second is old", "DEP_CASE");
  return [first(), second(), second()];
});
await warned("deprecate a class", () => {
  class Thing {
    value = 5;
  }
  const Old = untyped<typeof Thing>(deprecate(untyped(Thing), "Thing is old"));
  const thing = new Old();
  return [thing.value, thing instanceof Old, thing instanceof Thing, Old.name];
});
report("deprecate, bad code", () => deprecate(() => 1, "a", untyped(5)));

await reportLater("aborted", async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return await aborted(controller.signal, {});
});
await reportLater("aborted before", () => aborted(AbortSignal.abort(), {}));
for (const [name, signal, resource] of [
  ["no signal", undefined, {}],
  ["bad signal", {}, {}],
  ["no resource", AbortSignal.abort(), undefined],
  ["null resource", AbortSignal.abort(), null],
  ["text resource", AbortSignal.abort(), "a"],
  ["function resource", AbortSignal.abort(), () => 1],
  ["list resource", AbortSignal.abort(), []],
] as const) {
  await reportLater(`aborted, ${name}`, () => aborted(untyped(signal), untyped(resource)));
}
