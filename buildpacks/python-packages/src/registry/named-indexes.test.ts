import { expect, test } from "vitest";
import { indexesIn, namesOf, sourcesOf } from "./named-indexes.ts";

const pyproject = {
  tool: {
    poetry: {
      source: [
        { name: "internal", url: "https://me@packages.example.com/simple" },
        { name: "other", url: "https://other.example.com/simple" },
        { name: "pypi" },
        "nothing",
      ],
    },
    pdm: { source: { name: "no list" } },
  },
};

test("named indexes are read from pyproject.toml", () => {
  expect([sourcesOf(pyproject, "poetry"), sourcesOf(pyproject, "pdm"), sourcesOf({}, "pdm"), indexesIn(1)]).toEqual([
    [
      { name: "internal", url: "https://me@packages.example.com/simple" },
      { name: "other", url: "https://other.example.com/simple" },
    ],
    [],
    [],
    [],
  ]);
});

test.for<[string, string | undefined, readonly string[]]>([
  ["a URL in pyproject.toml", "https://packages.example.com/simple/", ["bound", "internal"]],
  ["a URL that is not in pyproject.toml", "https://third.example.com/simple", ["bound"]],
  ["no URL", undefined, ["bound"]],
])("a bound index with %s gets the names that the project and the binding give it", ([, url, expected]) => {
  expect(namesOf({ name: "bound", url }, sourcesOf(pyproject, "poetry"))).toEqual(expected);
});
