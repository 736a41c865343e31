import assert from "node:assert";
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
