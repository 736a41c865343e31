import { expect, test } from "vitest";
import {
  type ChosenVersion,
  overruledRequestText,
  requestsInPlan,
  versionInFile,
  versionRequests,
} from "./requests.ts";

test("blank version requests are ignored, and spaces around other version requests are removed", () => {
  expect(
    versionRequests([
      { wanted: undefined, source: "a" },
      { wanted: " ", source: "b" },
      { wanted: " >=3.11 ", source: "c" },
    ]),
  ).toEqual([{ wanted: ">=3.11", source: "c" }]);
});

test("a version request of the build plan has a source, by default another buildpack", () => {
  expect(requestsInPlan([{ version: "3" }, {}, { version: "2", source: "x" }])).toEqual([
    { wanted: "3", source: "another buildpack" },
    { wanted: "2", source: "x" },
  ]);
});

const python: ChosenVersion = { version: "3.12.4", title: "Python", scheme: "pep440" };
const line: ChosenVersion = {
  version: "24.1.0",
  title: "X",
  rangeOf: (text) => ({ stable: "24.x", gone: undefined })[text],
};

test.for<[string, ChosenVersion, string, string]>([
  ["that the chosen version satisfies as well", python, "~=3.11", "x requests ~=3.11; 3.12.4 satisfies it as well"],
  [
    "that the chosen version does not satisfy",
    python,
    "==3.11.*",
    "x requests ==3.11.*, which is ignored: 3.12.4 does not satisfy it",
  ],
  ["that is not a version", python, "snake", 'x is ignored: "snake" is not a version of Python'],
  [
    "that is too long to be shown",
    python,
    "3".repeat(2000),
    `x is ignored: "${"3".repeat(100)}…" is not a version of Python`,
  ],
  [
    "by an alias that the chosen version satisfies as well",
    line,
    "stable",
    "x requests stable; 24.1.0 satisfies it as well",
  ],
  ["by an unknown alias", line, "gone", 'x is ignored: "gone" is not a version of X'],
])("the log explains an overruled version request %s", async ([, chosen, wanted, expected]) => {
  expect(await overruledRequestText({ wanted, source: "x" }, chosen)).toBe(expected);
});

test.for<[string, string | undefined]>([
  ["22\n", "22"],
  ["\uFEFFv22.1.0\r\n", "v22.1.0"],
  ["  lts/*  # the newest\n", "lts/*"],
  ["# ours\n\n\t24 \nignored\n", "24"],
  ["# nothing\n\n", undefined],
  ["", undefined],
])("the version in a version file is its first line that is not a comment, here in the text %j", ([text, expected]) => {
  expect(versionInFile(text)).toBe(expected);
});
