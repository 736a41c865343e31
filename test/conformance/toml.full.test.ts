import { isDeepStrictEqual } from "node:util";
import iarna from "@iarna/toml";
import fc from "fast-check";
import type { LibcnbError } from "libcnb";
import { formatLaunchToml, formatToml, parseToml } from "libcnb/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compared } from "../support/conformance/rows.ts";
import { type OfficialReader, officialReader } from "../support/lifecycle/official-reader.ts";
import { type TomlCase, type TypedValue, tomlCorpus } from "../support/lifecycle/toml-corpus.ts";

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

// what only the second reader has no place for: lists of several kinds, lists of lists, its own keys, integers of 64 bits;
// without empty keys, with which the lifecycle's reader loses its way in lists
const { wide } = fc.letrec<{ wide: Record<string, unknown>; value: unknown }>((tie) => ({
  wide: fc.dictionary(fc.oneof(fc.constantFrom(...unreadable), text.filter(Boolean)), tie("value"), {
    maxKeys: 5,
  }) as fc.Arbitrary<Record<string, unknown>>,
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    tie("wide"),
    fc.array(tie("value"), { maxLength: 4 }),
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

test("values that formatToml writes are unchanged when parseToml reads them", () => {
  fc.assert(
    fc.property(document, (value) => {
      expect(normal(parseToml(formatToml(value), "x.toml"))).toEqual(normal(value));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("@iarna/toml reads formatToml output identically", () => {
  fc.assert(
    fc.property(document, (value) => {
      expect(normal(iarna.parse(formatToml(value)))).toEqual(normal(value));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("formatToml writes the same text for values converted to JSON and back", () => {
  fc.assert(
    fc.property(document, (value) => {
      const once = formatToml(value);
      expect(formatToml(JSON.parse(JSON.stringify(parseToml(once, "x.toml"))))).toBe(once);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("parseToml and @iarna/toml read a launch.toml with hostile strings identically", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (command, label) => {
      const web = { type: "web", command, args: [], default: true, workingDir: undefined, execEnv: [] };
      const written = formatLaunchToml({ labels: { a: label }, processes: [web], slices: [] });
      const expected = { labels: [{ key: "a", value: label }], processes: [{ type: "web", command, default: true }] };
      expect([normal(parseToml(written, "launch.toml")), normal(iarna.parse(written))]).toEqual([expected, expected]);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("parseToml reads a table named constructor, which pollutes a global object in @iarna/toml", () => {
  try {
    expect(iarna.parse("[constructor]\nleak = 1\n")).not.toHaveProperty("constructor.leak", 1);
    expect("leak" in Object).toBe(true);
  } finally {
    Reflect.deleteProperty(Object, "leak");
  }
  expect(normal(parseToml("[constructor]\nleak = 1\n", "x.toml"))).toEqual({ constructor: { leak: 1 } });
  expect("leak" in Object).toBe(false);
});

/** A value as the corpus and the lifecycle's reader state it: whole numbers as `bigint`s, dates to the millisecond, as our reader gives them. */
function stated(value: TypedValue): unknown {
  if (Array.isArray(value)) return value.map(stated);
  if (!isScalar(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stated(item)]));
  const { type, value: text } = value;
  if (type === "integer") return BigInt(text);
  if (type === "float") return Number(text.replace("inf", "Infinity").replace("nan", "NaN"));
  if (type === "bool") return text === "true";
  if (type === "string") return text;
  return text.replace(
    /(:\d\d:\d\d)(?:\.(\d+))?/,
    (_, time, digits = "") => `${time}.${digits.padEnd(3, "0").slice(0, 3)}`,
  );
}

const isScalar = (value: TypedValue): value is { type: string; value: string } => {
  const { type, value: text } = value as Record<string, unknown>;
  return typeof type === "string" && typeof text === "string";
};

/** The same with each whole number as a `bigint`: only the writer and the lifecycle tell 1 from 1.0. */
function whole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, whole(item)]));
}

describe("the lifecycle's parser", () => {
  let lifecycle: OfficialReader;
  beforeAll(async () => {
    lifecycle = await officialReader();
  });
  afterAll(() => lifecycle?.remove());

  const read = async (texts: readonly string[]) =>
    (await lifecycle.ask(texts.map((text) => ({ kind: "any", text })))).map(
      ({ error, value }) => error || whole(stated(value as TypedValue)),
    );

  test("reads formatToml output with the original values, like parseToml", async (context) => {
    const numRuns = compared(context, [2000, 10_000]) / 2;
    const given = [...fc.sample(document, { numRuns, seed: 1 }), ...fc.sample(wide, { numRuns, seed: 1 })];
    const texts = given.map(formatToml);
    const theirs = await read(texts);
    const all = given.map((value, index) => ({
      given: whole(value),
      ours: whole(parseToml(texts[index] ?? "", "x.toml")),
      theirs: theirs[index],
    }));
    const differing = all.filter((each) =>
      [each.ours, each.theirs].some((read) => !isDeepStrictEqual(read, each.given)),
    );
    expect(differing).toEqual([]);
  });

  test("reads integers and floats of formatToml with the right type", async () => {
    const value = { a: 1, b: 1.5, c: 2 ** 53 - 1, d: 2 ** 53, e: 3n, f: 1e21, g: -0 };
    const [answer] = await lifecycle.ask([{ kind: "any", text: formatToml(value) }]);
    expect(answer).toMatchObject({
      value: {
        a: { type: "integer", value: "1" },
        b: { type: "float", value: "1.5" },
        c: { type: "integer", value: "9007199254740991" },
        d: { type: "float", value: "9.007199254740992e+15" },
        e: { type: "integer", value: "3" },
        f: { type: "float", value: "1e+21" },
        g: { type: "integer", value: "0" },
      },
    });
  });

  test("loses array items before an inline table with an empty key", async () => {
    const text = formatToml({ list: [1, { "": 2 }] });
    expect(text).toBe(`list = [ 1, { "" = 2 } ]\n`);
    expect(whole(parseToml(text, "x.toml"))).toEqual({ list: [1n, { "": 2n }] });
    expect(await read([text])).toEqual([{ list: [{ "": 2n }] }]);
  });
});

/** Legal in TOML 1.1, which our parser reads as newer lifecycles do; nobody is hurt by a file that is read although an old reader would not. */
const ofToml11 = [
  "invalid/datetime/no-secs.toml",
  "invalid/inline-table/linebreak-01.toml",
  "invalid/inline-table/linebreak-02.toml",
  "invalid/inline-table/linebreak-03.toml",
  "invalid/inline-table/linebreak-04.toml",
  "invalid/inline-table/trailing-comma.toml",
  "invalid/local-datetime/no-secs.toml",
  "invalid/local-time/no-secs.toml",
  "invalid/string/basic-byte-escapes.toml",
];

/** The message of the error if it is one of the file, else what was thrown or read. */
function outcome({ name, bytes }: TomlCase): unknown {
  try {
    return whole(parseToml(bytes, name));
  } catch (error) {
    return (error as LibcnbError).code === "TOML_INVALID" ? "refused" : error;
  }
}

describe("toml-test cases", () => {
  test.for(["1.0.0", "1.1.0"] as const)("for valid TOML %s are parsed to the expected values", async (version) => {
    const cases = (await tomlCorpus(version)).filter(({ value }) => value !== undefined);
    expect(cases.length).toBeGreaterThan(200);
    const differing = cases.flatMap((each) => {
      const [ours, theirs] = [outcome(each), whole(stated(each.value as TypedValue))];
      return isDeepStrictEqual(ours, theirs) ? [] : [{ name: each.name, ours, theirs }];
    });
    expect(differing).toEqual([]);
  });

  test.for([
    ["1.0.0", ofToml11],
    ["1.1.0", []],
  ] as const)("for invalid TOML %s are refused, except syntax of TOML 1.1", async ([version, exceptions]) => {
    const cases = (await tomlCorpus(version)).filter(({ value }) => value === undefined);
    expect(cases.length).toBeGreaterThan(400);
    const accepted = cases.filter((each) => outcome(each) !== "refused").map(({ name }) => name);
    expect(accepted.sort()).toEqual(exceptions);
  });
});
