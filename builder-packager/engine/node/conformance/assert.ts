import assert, { AssertionError, strict } from "node:assert";
import { report, reportLater, untyped } from "./report.ts";

const outcome = (run: () => unknown) => {
  try {
    run();
    return "holds";
  } catch (error) {
    const { name, code, operator } = untyped<{ name: string; code: string; operator: string }>(error);
    return [name, code, operator];
  }
};
const cyclic: Record<string, unknown> = { a: 1 };
cyclic["self"] = cyclic;
const other: Record<string, unknown> = { a: 1 };
other["self"] = other;

for (const [name, a, b] of [
  ["numbers", 1, 1],
  ["number and text", 1, "1"],
  ["NaN", Number.NaN, Number.NaN],
  ["zeros", 0, -0],
  ["objects", { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }],
  ["missing key", { a: 1, b: undefined }, { a: 1 }],
  ["arrays", [1, 2], [1, 3]],
  ["array and object", [1], { 0: 1 }],
  ["dates", new Date(5), new Date(5)],
  ["dates differ", new Date(5), new Date(6)],
  ["patterns", /a/g, /a/i],
  ["maps", new Map([[{ a: 1 }, { b: 2 }]]), new Map([[{ a: 1 }, { b: 2 }]])],
  ["maps differ", new Map([["a", 1]]), new Map([["a", 2]])],
  ["sets", new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])],
  ["sets differ", new Set([1]), new Set([2])],
  ["buffers", Buffer.from("ab"), Buffer.from("ab")],
  ["buffer and array", Buffer.from("ab"), new Uint8Array([97, 98])],
  ["errors", new Error("a"), new Error("a")],
  ["errors differ", new Error("a"), new TypeError("a")],
  ["prototypes", Object.create(null), {}],
  ["cycles", cyclic, other],
  ["boxed", new Number(1), new Number(2)],
  ["symbols", { [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }],
] as const) {
  report(name, () => [
    outcome(() => assert.deepStrictEqual(a, b)),
    outcome(() => assert.notDeepStrictEqual(a, b)),
    outcome(() => assert.strictEqual(a, b)),
    outcome(() => assert.equal(a, b)),
    outcome(() => assert.notStrictEqual(a, b)),
  ]);
}
report("ok", () => [outcome(() => assert(1)), outcome(() => assert.ok(0)), outcome(() => assert(false, "text"))]);
report("message", () => assert.ok(0, "mine"));
report("message of an error", () => assert.ok(0, new RangeError("mine")));
report("fail", () => assert.fail("mine"));
report("throws", () => [
  outcome(() => assert.throws(() => undefined)),
  outcome(() =>
    assert.throws(() => {
      throw new TypeError("a b");
    }, TypeError),
  ),
  outcome(() =>
    assert.throws(() => {
      throw new TypeError("a b");
    }, RangeError),
  ),
  outcome(() =>
    assert.throws(() => {
      throw new TypeError("a b");
    }, /a b/),
  ),
  outcome(() =>
    assert.throws(() => {
      throw new TypeError("a b");
    }, /c/),
  ),
  outcome(() =>
    assert.throws(
      () => {
        throw new TypeError("a b");
      },
      { name: "TypeError", message: /b/ },
    ),
  ),
  outcome(() =>
    assert.throws(
      () => {
        throw new TypeError("a b");
      },
      { message: "c" },
    ),
  ),
  outcome(() => assert.doesNotThrow(() => 1)),
  outcome(() => assert.match("abc", /d/)),
  outcome(() => assert.ifError(null)),
  outcome(() => assert.ifError(new Error("a"))),
]);
await reportLater("rejects", () => assert.rejects(Promise.resolve(1)));
await reportLater("rejects as wanted", () => assert.rejects(async () => Promise.reject(new Error("a")), /a/));
await reportLater("doesNotReject", () => assert.doesNotReject(Promise.resolve(1)));
report("notEqual", () => [
  outcome(() => assert.notEqual(1, 2)),
  outcome(() => assert.notEqual(1, "1")),
  outcome(() => assert.notEqual(Number.NaN, Number.NaN)),
  outcome(() => assert.notEqual(null, undefined)),
]);
report("notEqual, message", () => assert.notEqual(1, 1));
report("equal, message", () => assert.equal(1, 2));
report("doesNotMatch", () => [
  outcome(() => assert.doesNotMatch("abc", /d/)),
  outcome(() => assert.doesNotMatch("abc", /b/)),
  outcome(() => assert.doesNotMatch(untyped(5), /5/)),
  outcome(() => assert.match(untyped(5), /5/)),
]);
report("doesNotMatch, message", () => assert.doesNotMatch("abc", /b/));
report("doesNotMatch, own message", () => assert.doesNotMatch("abc", /b/, "mine"));
report("doesNotMatch, bad pattern", () => assert.doesNotMatch("abc", untyped("b")));
report("match, bad pattern", () => assert.match("abc", untyped("b")));
report("strict", () => [
  strict === assert.strict,
  strict.strict === strict,
  strict.equal === assert.strictEqual,
  strict.deepEqual === assert.deepStrictEqual,
  strict.notEqual === assert.notStrictEqual,
  strict.AssertionError === AssertionError,
  outcome(() => strict.equal(1, "1")),
  outcome(() => strict.deepEqual([1], ["1"])),
  outcome(() => strict(0)),
]);
report("AssertionError", () => {
  const error = new AssertionError({ actual: 1, expected: 2, operator: "mine", message: "mine" });
  const { message, name, code, actual, expected, operator, generatedMessage } = error;
  return [
    message,
    name,
    code,
    actual,
    expected,
    operator,
    generatedMessage,
    error instanceof Error,
    Object.keys(error),
  ];
});
for (const options of [undefined, null, 5, "a"]) {
  report(`AssertionError with ${options}`, () => new AssertionError(untyped(options)));
}
report("AssertionError, thrown", () => {
  try {
    assert.strictEqual("a", "b");
    return "not thrown";
  } catch (error) {
    const { actual, expected, operator, generatedMessage } = error as AssertionError;
    return [error instanceof AssertionError, actual, expected, operator, generatedMessage];
  }
});
for (const [name, run] of Object.entries({
  strictEqual: () => assert.strictEqual(1, 2),
  "strictEqual of texts": () => assert.strictEqual("a", "b"),
  fail: () => assert.fail(),
  "fail with an error": () => assert.fail(new RangeError("mine")),
  ifError: () => assert.ifError(new RangeError("mine")),
  "ifError of text": () => assert.ifError("text"),
  throws: () => assert.throws(() => {}),
  "throws with a message": () => assert.throws(() => {}, untyped<RegExp>(undefined), "mine"),
  "throws with a class": () => assert.throws(() => {}, RangeError),
  "doesNotThrow with another class": () =>
    assert.doesNotThrow(() => {
      throw new RangeError("mine");
    }, SyntaxError),
  "doesNotThrow with a message": () =>
    assert.doesNotThrow(() => {
      throw new RangeError("mine");
    }, "text"),
  "throws, bad function": () => assert.throws(untyped("a")),
  doesNotThrow: () =>
    assert.doesNotThrow(() => {
      throw new RangeError("mine");
    }),
  "doesNotThrow, bad function": () => assert.doesNotThrow(untyped("a")),
})) {
  report(`message of ${name}`, run);
}
await reportLater("rejects, no promise", () => assert.rejects(untyped(5)));
await reportLater("rejects, function without a promise", () => assert.rejects(untyped(() => 5)));
await reportLater("doesNotReject, rejected", () => assert.doesNotReject(Promise.reject(new RangeError("mine"))));
