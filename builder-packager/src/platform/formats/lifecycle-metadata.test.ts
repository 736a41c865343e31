import { expect, test } from "vitest";
import { layersMetadataLabel, parseLayersMetadata } from "./lifecycle-metadata.ts";

const sha = `sha256:${"a".repeat(64)}`;
const layer = { sha, data: { a: 1 }, build: false, launch: true, cache: false };
const label = (buildpack: unknown): string =>
  JSON.stringify({ app: [{ sha }], buildpacks: [buildpack], config: { sha }, launcher: { sha } });
const parsed = (buildpack: unknown) => parseLayersMetadata(label(buildpack))?.buildpacks[0];

test.for<[what: string, buildpack: unknown, parsed: object]>([
  ["that is null and fills it with empty values", null, { id: "", version: "", layers: new Map() }],
  ["without a key and uses an empty ID", { version: "1" }, { id: "", version: "1", layers: new Map() }],
  [
    "with null values and uses empty ones instead",
    { key: "a", version: null, layers: null, store: null },
    { id: "a", version: "", layers: new Map() },
  ],
  ["whose keys are in another letter case", { KEY: "a", Version: "1" }, { id: "a", version: "1", layers: new Map() }],
  [
    "with a null layer and uses an empty layer instead",
    { key: "a", layers: { l: null } },
    { id: "a", version: "", layers: new Map([["l", { sha: "", build: false, launch: false, cache: false }]]) },
  ],
  [
    "with null values in a layer and reads them as false or missing",
    { key: "a", layers: { l: { sha, data: null, build: null, launch: true, cache: null } } },
    { id: "a", version: "", layers: new Map([["l", { sha, build: false, launch: true, cache: false }]]) },
  ],
  [
    "with a layer that has metadata",
    { key: "a", layers: { l: layer } },
    {
      id: "a",
      version: "",
      layers: new Map([["l", { sha, metadata: { a: 1 }, build: false, launch: true, cache: false }]]),
    },
  ],
])("the parser of the lifecycle metadata label accepts a buildpack entry %s", ([, buildpack, expected]) => {
  expect(parsed(buildpack)).toEqual(expected);
});

test.for<[what: string, buildpack: unknown]>([
  ["is a list", []],
  ["has a list as layers", { key: "a", layers: [] }],
  ["has a number as layer digest", { key: "a", layers: { l: { ...layer, sha: 1 } } }],
  ["has a string as layer flag", { key: "a", layers: { l: { ...layer, launch: "true" } } }],
  ["has a store with a list as metadata", { key: "a", store: { metadata: [] } }],
])("the lifecycle metadata label is ignored if a buildpack entry %s", ([, buildpack]) => {
  expect(parseLayersMetadata(label(buildpack))).toBeUndefined();
});

test("the lifecycle metadata label is ignored if it contains a number too large for a float", () => {
  expect(parseLayersMetadata('{"buildpacks":[{"key":"a","layers":{"l":{"data":{"n":1e400}}}}]}')).toBeUndefined();
});

test("the parsed lifecycle metadata label is written unchanged", () => {
  const metadata = parseLayersMetadata(label({ key: "a", version: "1", layers: { l: layer } }));
  if (metadata === undefined) throw new Error("the label cannot be read");
  expect(parseLayersMetadata(layersMetadataLabel(metadata))).toEqual(metadata);
});
