import fc from "fast-check";
import { expect, test } from "vitest";
import { filled, matcherOf } from "./template.ts";

test("a template is not filled if the value of one of its variables is missing", () => {
  expect(filled("{a}-{b}", { a: "1", b: "2" })).toBe("1-2");
  expect(filled("{a}-{toString}", { a: "1" })).toBeUndefined();
});

test.for<[string, string, Record<string, string> | undefined]>([
  ["jq-{version}", "jq-1.8.1", { version: "1.8.1" }],
  ["jq-{version}", "jq-latest", undefined],
  ["v{version}/", "v24.1.0/", { version: "24.1.0" }],
  ["t-{version}+{build}-x.tar.gz", "t-3.14.7+20260814-x.tar.gz", { version: "3.14.7", build: "20260814" }],
  ["a-{version}.b-{version}", "a-1.b-1", { version: "1" }],
  ["a-{version}.b-{version}", "a-1.b-2", undefined],
  ["a.b", "axb", undefined],
  ["a.b", "a.b", {}],
])("matching the template %s with the text %s gives the variables %j", ([template, text, expected]) => {
  expect(matcherOf(template)(text)).toEqual(expected);
});

test("a file name created from a template matches the template and gives the same version", () => {
  const version = fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((numbers) => numbers.join("."));
  fc.assert(
    fc.property(version, (each) => {
      expect(matcherOf("tool-{version}-linux.tar.gz")(`tool-${each}-linux.tar.gz`)).toEqual({ version: each });
    }),
  );
});

test("a long hostile file name is compared with a template in bounded time", () => {
  expect(matcherOf("{version}-{a}-{b}.x")("1-".repeat(240))).toBeUndefined();
  expect(matcherOf("{version}")("1".repeat(1_000_000))).toBeUndefined();
});
