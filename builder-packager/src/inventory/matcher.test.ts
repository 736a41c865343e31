import fc from "fast-check";
import { expect, test } from "vitest";
import { matcherOf } from "./matcher.ts";

test.for<[string, string, Record<string, string>]>([
  ["jq-{version}", "jq-1.8.1", { version: "1.8.1" }],
  ["v{version}/", "v24.1.0/", { version: "24.1.0" }],
  ["t-{version}+{build}-x.tar.gz", "t-3.14.7+20260814-x.tar.gz", { version: "3.14.7", build: "20260814" }],
  ["a-{version}.b-{version}", "a-1.b-1", { version: "1" }],
  ["8u{update:number}b{build:number}.x", "8u502b07.x", { update: "502", build: "07" }],
  ["{a:number}{b}", "123", { a: "12", b: "3" }],
  ["{a}{b:number}", "123", { a: "1", b: "23" }],
  ["{n:number}-{n}", "1-1", { n: "1" }],
  ["{", "{", {}],
  ["", "", {}],
  ["a.b", "a.b", {}],
])("matching the template %j with the text %j returns the variables %j", ([template, text, expected]) => {
  expect(matcherOf(template)(text)).toEqual(expected);
});

test.for<[string, string]>([
  ["jq-{version}", "jq-latest"],
  ["a-{version}.b-{version}", "a-1.b-2"],
  ["8u{update:number}b{build:number}.x", "8u502b07-ea.x"],
  ["{a}", "a".repeat(101)],
  ["{a}", "a b"],
  ["a.b", "axb"],
  ["a", "ab"],
])("the template %j does not match the text %j", ([template, text]) => {
  expect(matcherOf(template)(text)).toBeUndefined();
});

test("a file name created from a template matches the template and gives the same version", () => {
  const version = fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((numbers) => numbers.join("."));
  fc.assert(
    fc.property(version, (each) => {
      expect(matcherOf("tool-{version}-linux.tar.gz")(`tool-${each}-linux.tar.gz`)).toEqual({ version: each });
    }),
  );
});

test("a template matches the same texts, with the same values, as a regular expression", () => {
  const variables = {
    "{a}": "(?<a>[\\w.+-]{1,100}?)",
    "{b}": "(?<b>[\\w.+-]{1,100}?)",
    "{n:number}": "(?<n>\\d{1,100})",
    "{version}": "(?<version>\\d[\\w.+-]{0,99}?)",
  };
  const literals = { "": "", "-": "-", ".": "\\.", "1": "1", "a-": "a-" };
  const literal = fc.constantFrom(...Object.keys(literals));
  const template = fc.shuffledSubarray(Object.keys(variables), { maxLength: 3 }).chain((names) =>
    fc.array(literal, { minLength: names.length + 1, maxLength: names.length + 1 }).map((texts) => ({
      template: texts.map((text, index) => `${text}${names[index] ?? ""}`).join(""),
      pattern: texts.map((text, index) => `${literals[text as "-"]}${variables[names[index] as "{a}"] ?? ""}`).join(""),
    })),
  );
  const text = fc.array(fc.constantFrom("1", "2", "a", "-", ".", "/"), { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(template, text, (given, name) => {
      const match = new RegExp(`^${given.pattern}$`).exec(name);
      expect(matcherOf(given.template)(name)).toEqual(match === null ? undefined : { ...match.groups });
    }),
    { numRuns: 5000 },
  );
});

test("the names of a hostile index are compared with a template in bounded time", () => {
  const match = matcherOf("{a}{b}-{version}.x");
  const start = performance.now();
  for (let count = 0; count < 1000; count++) expect(match(`${"1-".repeat(245)}${count}`)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(5000);
  expect(matcherOf("{version}")("1".repeat(1_000_000))).toBeUndefined();
});
