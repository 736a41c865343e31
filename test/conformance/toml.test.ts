import iarna from "@iarna/toml";
import fc from "fast-check";
import { launchToml, parseToml, stringifyToml } from "libcnb/spec";
import { expect, test } from "vitest";

// Keys that the second reader takes for JavaScript's own: it drops them and writes to global objects (docs/decisions/0001).
const unreadable: readonly string[] = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Function.prototype),
];
const text = fc.string({ unit: "binary", maxLength: 20 }).map((value) => value.toWellFormed());
const key = fc.oneof(fc.string({ maxLength: 8 }), text).filter((name) => !unreadable.includes(name));
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
    .map((value) => (Number.isInteger(value) ? value + 0 : value)),
);
// lists of one kind: the second reader knows TOML 0.5 only, which has no others
const lists = fc.oneof(
  fc.array(text, { maxLength: 4 }),
  fc.array(fc.boolean(), { maxLength: 4 }),
  fc.array(fc.integer(), { maxLength: 4 }),
);
const { document } = fc.letrec<{ document: Record<string, unknown>; value: unknown }>((tie) => ({
  document: fc.dictionary(key, tie("value"), { maxKeys: 5 }) as fc.Arbitrary<Record<string, unknown>>,
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    lists,
    tie("document"),
    fc.array(tie("document"), { minLength: 1, maxLength: 3 }),
  ),
}));

/** The same value with plain objects and numbers, however a reader represents them. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === "bigint") return Number(value);
  if (value === 0) return 0; // -0
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normal(item)]));
}

test("what we write we read back", () => {
  fc.assert(
    fc.property(document, (value) => {
      expect(normal(parseToml(stringifyToml(value), "x.toml"))).toEqual(normal(value));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("what we write another reader reads alike", () => {
  fc.assert(
    fc.property(document, (value) => {
      expect(normal(iarna.parse(stringifyToml(value)))).toEqual(normal(value));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("what went through JSON, as the lifecycle sends it, is written alike", () => {
  fc.assert(
    fc.property(document, (value) => {
      const once = stringifyToml(value);
      expect(stringifyToml(JSON.parse(JSON.stringify(parseToml(once, "x.toml"))))).toBe(once);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("a launch.toml with hostile strings is read alike by both", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (command, label) => {
      const web = { type: "web", command, args: [], default: true, workingDir: undefined, execEnv: [] };
      const written = launchToml({ labels: { a: label }, processes: [web], slices: [] });
      const expected = { labels: [{ key: "a", value: label }], processes: [{ type: "web", command, default: true }] };
      expect([normal(parseToml(written, "launch.toml")), normal(iarna.parse(written))]).toEqual([expected, expected]);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("the second reader is not used for what strangers wrote: it loses tables and writes to global objects", () => {
  try {
    expect(iarna.parse("[constructor]\nleak = 1\n")).not.toHaveProperty("constructor.leak", 1);
    expect("leak" in Object).toBe(true);
  } finally {
    Reflect.deleteProperty(Object, "leak");
  }
  expect(normal(parseToml("[constructor]\nleak = 1\n", "x.toml"))).toEqual({ constructor: { leak: 1 } });
  expect("leak" in Object).toBe(false);
});
