import { expect, test } from "vitest";
import { type Chosen, loserSentence, requestsAmong, requestsInPlan } from "./requests.ts";

test("a request is described in words", () => {
  expect(
    requestsAmong([
      { wanted: undefined, source: "a" },
      { wanted: " ", source: "b" },
      { wanted: " >=3.11 ", source: "c" },
    ]),
  ).toEqual([{ wanted: ">=3.11", source: "c" }]);
});

test("a plan entry's request has a source", () => {
  expect(requestsInPlan([{ version: "3" }, {}, { version: "2", source: "x" }])).toEqual([
    { wanted: "3", source: "another buildpack" },
    { wanted: "2", source: "x" },
  ]);
});

const python: Chosen = { version: "3.12.4", title: "Python", scheme: "pep440" };
const line: Chosen = {
  version: "24.1.0",
  title: "X",
  rangeOf: (text) => ({ stable: "24.x", gone: undefined })[text],
};

test.for<[Chosen, string, string]>([
  [python, "~=3.11", "x asks for ~=3.11, which 3.12.4 fits, too"],
  [python, "==3.11.*", "x asks for ==3.11.*, which is not followed: 3.12.4 does not fit"],
  [python, "snake", 'x is not followed: "snake" is not a version of Python'],
  [python, "3".repeat(2000), `x is not followed: "${"3".repeat(100)}…" is not a version of Python`],
  [line, "stable", "x asks for stable, which 24.1.0 fits, too"],
  [line, "gone", 'x is not followed: "gone" is not a version of X'],
])("case %#: the log explains why the request for %s was overruled: %s", async ([chosen, wanted, expected]) => {
  expect(await loserSentence({ wanted, source: "x" }, chosen)).toBe(expected);
});
