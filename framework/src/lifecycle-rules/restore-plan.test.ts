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

describe("a restored layer", () => {
  test.for<[string, string | undefined, string | undefined, string]>([
    ["of type launch gets its metadata", "l", undefined, "metadata from app image"],
    ["of type launch and cache gets files and metadata", "lc", "lc", "files and metadata from app image"],
    [
      "of type launch and cache is dropped if the cache has other contents",
      "lc:1",
      "lc:2",
      "the contents in the cache differ from those in the previous image",
    ],
    ["of type launch and cache is dropped if it is not in the cache", "lc", undefined, "it is not in the cache"],
    [
      "of type launch and build is dropped because it is not cached",
      "lb",
      undefined,
      "it is needed for the build and was not cached",
    ],
    ["of type cache gets files and metadata from the cache", undefined, "c", "files and metadata from cache"],
    [
      "of type build and cache gets files and metadata from the cache",
      undefined,
      "bc",
      "files and metadata from cache",
    ],
    [
      "of type launch and cache gets files from the cache if it is not in the image",
      undefined,
      "lc",
      "files and metadata from cache",
    ],
    ["that is neither in the image nor in the cache gets nothing", undefined, undefined, "nothing"],
  ])("%s", ([, app, cache, expected]) => expect(restored(app, cache)).toBe(expected));
});

test("before Platform API 0.14, a launch layer that is only in the cache is not restored", () => {
  expect([restored(undefined, "lc", false), restored(undefined, "c", false), restored("lc", "lc", false)]).toEqual([
    "nothing",
    "files and metadata from cache",
    "files and metadata from app image",
  ]);
});

test("store.toml is restored to the buildpack with the same ID, even if its version differs", () => {
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
  ["created for a launch layer whose metadata is restored", "l", undefined, true],
  ["created for a layer that is dropped because the cache has other contents", "lc:1", "lc:2", true],
  ["not created for a layer that is missing in the cache", "lc", undefined, false],
  ["not created for an uncached layer that the build needs", "lb", undefined, false],
])("the layers directory of a buildpack is %s", ([, app, cache, expected]) => {
  const remembered = { app: record({ x: app }), cache: cache ? record({ x: cache }) : [], launchFromCache: true };
  expect(restorePlan([{ id: "a", version: "1" }], remembered)[0]?.hasDirectory).toBe(expected);
});

test.for(["..", ".", "../../etc", "a/b", ""])("a layer named %j in the image's label is not restored", (name) => {
  expect(
    restorePlan([{ id: "a", version: "1" }], { app: record({ [name]: "l" }), cache: [], launchFromCache: true })[0]
      ?.layers,
  ).toEqual([]);
});
