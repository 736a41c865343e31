import { describe, expect, test } from "vitest";
import { type BuildpackRecord, type LayerRecord, restorePlan } from "./restore-plan.ts";

/** `l` launch, `b` build, `c` cache; the sha is what follows a colon. */
function layer(text: string): LayerRecord {
  const [types = "", sha = "1"] = text.split(":");
  return {
    launch: types.includes("l"),
    build: types.includes("b"),
    cache: types.includes("c"),
    sha,
    metadata: { v: sha },
  };
}

const record = (layers: Readonly<Record<string, string>>): readonly BuildpackRecord[] => [
  { id: "a", version: "0", layers: new Map(Object.entries(layers).map(([name, text]) => [name, layer(text)])) },
];

function restored(app: string | undefined, cache: string | undefined, launchFromCache = true): string {
  const remembered = { app: app ? record({ x: app }) : [], cache: cache ? record({ x: cache }) : [], launchFromCache };
  const [plan] = restorePlan([{ id: "a", version: "1" }], remembered);
  const found = plan?.layers[0];
  if (!found) return plan?.dropped[0]?.reason ?? "nothing";
  return `${found.contents ? "files and metadata" : "metadata"} from ${found.from}`;
}

describe("a buildpack gets back of a layer", () => {
  test.for<[string, string | undefined, string | undefined, string]>([
    ["launch", "l", undefined, "metadata from app image"],
    ["launch and cache, both there", "lc", "lc", "files and metadata from app image"],
    [
      "launch and cache, other contents in the cache",
      "lc:1",
      "lc:2",
      "the cache holds other contents than the previous image",
    ],
    ["launch and cache, no cache", "lc", undefined, "it is not in the cache"],
    ["launch and build", "lb", undefined, "it is needed for the build and was not cached"],
    ["cache only", undefined, "c", "files and metadata from cache"],
    ["build and cache", undefined, "bc", "files and metadata from cache"],
    ["launch and cache that the image lost", undefined, "lc", "files and metadata from cache"],
    ["nothing", undefined, undefined, "nothing"],
  ])("%s", ([, app, cache, expected]) => expect(restored(app, cache)).toBe(expected));
});

test("before Platform API 0.14, a launch layer missing in the image is dropped", () => {
  expect([restored(undefined, "lc", false), restored(undefined, "c", false), restored("lc", "lc", false)]).toEqual([
    "nothing",
    "files and metadata from cache",
    "files and metadata from app image",
  ]);
});

test("a buildpack is matched by its id and gets its store back", () => {
  const app = [{ id: "a", version: "0", layers: new Map(), store: { metadata: { n: 1 } } }];
  expect(
    restorePlan(
      [
        { id: "a", version: "9" },
        { id: "b", version: "1" },
      ],
      { app, cache: [], launchFromCache: true },
    ),
  ).toEqual([
    { id: "a", store: { metadata: { n: 1 } }, layers: [], hasDirectory: true, dropped: [] },
    { id: "b", layers: [], hasDirectory: false, dropped: [] },
  ]);
});

test.for<[string, string, string | undefined, boolean]>([
  ["metadata that comes back", "l", undefined, true],
  ["a layer that is dropped because the cache holds other contents", "lc:1", "lc:2", true],
  ["a layer that is not in the cache", "lc", undefined, false],
  ["a layer that is needed for the build", "lb", undefined, false],
])("the buildpack has a directory for %s: %s and %s", ([, app, cache, expected]) => {
  const remembered = { app: record({ x: app }), cache: cache ? record({ x: cache }) : [], launchFromCache: true };
  expect(restorePlan([{ id: "a", version: "1" }], remembered)[0]?.hasDirectory).toBe(expected);
});

test.for(["..", ".", "../../etc", "a/b", ""])("a layer called %j in a label is not restored", (name) => {
  expect(
    restorePlan([{ id: "a", version: "1" }], { app: record({ [name]: "l" }), cache: [], launchFromCache: true })[0]
      ?.layers,
  ).toEqual([]);
});
