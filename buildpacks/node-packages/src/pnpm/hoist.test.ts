import { expect, test } from "vitest";
import { hoist, matcher } from "./hoist.ts";
import type { DependencyPath } from "./walk.ts";

test.for([
  [["*"], "ms", true],
  [[], "ms", false],
  [["*eslint*", "*prettier*"], "@types/eslint", true],
  [["*eslint*"], "ms", false],
  [["*", "!ms"], "ms", false],
  [["*", "!m*", "ms"], "ms", true],
  [["!ms"], "ms", false],
  [["!ms"], "express", true],
  [["@types/*"], "@types/node", true],
  [["a.b"], "axb", false],
] as const)("the check whether pnpm's hoist patterns %j match the package %j returns %j", ([patterns, name, fits]) => {
  expect(matcher(patterns)(name)).toBe(fits);
});

const location = (needs: Readonly<Record<string, string>>): DependencyPath => ({
  package: { name: "", version: "", dependencies: new Map(), optionalDependencies: new Map() },
  needs: new Map(Object.entries(needs)),
});

const locations = new Map([
  ["/s/a@1", location({ deep: "/s/deep@1" })],
  ["/s/deep@1", location({ ms: "/s/ms@1", MS: "/s/ms@3" })],
  ["/s/b@1", location({ ms: "/s/ms@2" })],
  ["/s/ms@1", location({})],
  ["/s/ms@2", location({})],
  ["/s/ms@3", location({})],
]);

const projects = new Map([
  ["/app", new Map([["a", "/s/a@1"]])],
  [
    "/app/web",
    new Map([
      ["b", "/s/b@1"],
      ["app", "/app"],
    ]),
  ],
]);

test.for([
  [
    "the nearest of several versions",
    { hidden: ["*"], public: [] },
    ["a"],
    { b: "/s/b@1", deep: "/s/deep@1", ms: "/s/ms@2" },
    {},
  ],
  [
    "packages that match the public patterns into the app",
    { hidden: ["*"], public: ["m*"] },
    ["a"],
    { b: "/s/b@1", deep: "/s/deep@1" },
    { ms: "/s/ms@2" },
  ],
  [
    "no package that the app depends on itself",
    { hidden: ["*"], public: [] },
    ["a", "ms"],
    { b: "/s/b@1", deep: "/s/deep@1" },
    {},
  ],
  ["nothing without patterns", { hidden: [], public: [] }, [], {}, {}],
] as const)("hoisting the packages of pnpm links %s", ([, patterns, taken, hidden, forAll]) => {
  const hoisted = hoist({ locations, projects }, patterns, new Set(taken));
  expect(Object.fromEntries(hoisted.hidden)).toEqual(hidden);
  expect(Object.fromEntries(hoisted.public)).toEqual(forAll);
});
