import { expect, test } from "vitest";
import { indexesIn, sourcesOf } from "../project/named-indexes.ts";
import { namesOf } from "./same-index.ts";

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

test("indexes are read from the app's files", () => {
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

test.for<[string | undefined, readonly string[]]>([
  ["https://packages.example.com/simple/", ["bound", "internal"]],
  ["https://third.example.com/simple", ["bound"]],
  [undefined, ["bound"]],
])("the app's names for the index at %s", ([url, expected]) => {
  expect(namesOf({ name: "bound", url }, sourcesOf(pyproject, "poetry"))).toEqual(expected);
});
