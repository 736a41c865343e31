import { type Combination, layer, text } from "./combination.ts";
import { scripted } from "./generated.ts";

const build = [
  layer("l", "launch", { metadata: "a = 1" }),
  layer("c", "cache launch", { metadata: "a = { b = 2 }" }),
  layer("b", "build cache"),
  text("store.toml", "[metadata]\na = 1"),
].join("");

type Json = Record<string, unknown>;

/** Changes the decoded label. */
const changed =
  (change: (label: Json) => unknown) =>
  (label: string): string =>
    JSON.stringify(change(JSON.parse(label)));

/** Changes what it says of the first buildpack. */
const buildpack = (change: (record: Json) => unknown) =>
  changed((label) => ({
    ...label,
    buildpacks: (label["buildpacks"] as Json[]).map((record, index) => (index === 0 ? change(record) : record)),
  }));

/** Changes what it says of a layer of the first buildpack. */
const layerOf = (name: string, change: (record: Json) => unknown) =>
  buildpack((record) => {
    const layers = record["layers"] as Json;
    return { ...record, layers: { ...layers, [name]: change(layers[name] as Json) } };
  });

const without = (record: Json, key: string): Json =>
  Object.fromEntries(Object.entries(record).filter(([k]) => k !== key));
const otherSha = `sha256:${"0".repeat(64)}`;

/** Rows of 0006: the lifecycle fails to write such metadata as TOML, and to find such a layer. */
const nulls = "has metadata with nulls";
const noSboms = "has another digest of the SBOMs";

const changes: Readonly<Record<string, (label: string) => string>> = {
  "is empty": () => "",
  "is null": () => "null",
  "is a list": () => "[]",
  "is an empty object": () => "{}",
  "is not JSON": () => "{",
  "is followed by other text": (label) => `${label} x`,
  "is surrounded by white space": (label) => `\n ${label} \n`,
  "has unknown keys": buildpack((record) => ({ ...record, future: { a: 1 } })),
  "has its keys in another order": changed((label) => Object.fromEntries(Object.entries(label).reverse())),
  "has keys of another case": (label) => label.replace('"buildpacks"', '"BuildPacks"').replaceAll('"sha"', '"SHA"'),
  "has no buildpacks": changed((label) => ({ ...label, buildpacks: null })),
  "has buildpacks that are not a list": changed((label) => ({ ...label, buildpacks: {} })),
  "has a buildpack that is null": buildpack(() => null),
  "has a buildpack without a key": buildpack((record) => without(record, "key")),
  "has a buildpack of another version": buildpack((record) => ({ ...record, version: "0.0.1" })),
  "has a version that is null": buildpack((record) => ({ ...record, version: null })),
  "has layers that are null": buildpack((record) => ({ ...record, layers: null })),
  "has layers that are a list": buildpack((record) => ({ ...record, layers: [] })),
  "has a layer that is null": layerOf("l", () => null),
  "has a layer without a digest": layerOf("c", (record) => without(record, "sha")),
  "has a digest that is null": layerOf("c", (record) => ({ ...record, sha: null })),
  "has a digest that is a number": layerOf("c", (record) => ({ ...record, sha: 1 })),
  "has another digest of a launch layer": layerOf("l", (record) => ({ ...record, sha: otherSha })),
  "has another digest of a cached layer": layerOf("c", (record) => ({ ...record, sha: otherSha })),
  "has layer types that are null": layerOf("l", (record) => ({ ...record, build: null, cache: null })),
  "has a layer type that is text": layerOf("l", (record) => ({ ...record, build: "true" })),
  "has a launch layer that is for the build, too": layerOf("l", (record) => ({ ...record, build: true })),
  "has metadata that is a list": layerOf("l", (record) => ({ ...record, data: [1, "a"] })),
  "has metadata that is text": layerOf("l", (record) => ({ ...record, data: "a" })),
  [nulls]: layerOf("l", (record) => ({ ...record, data: { a: null, b: [null, 1], c: { d: null } } })),
  "has no metadata": layerOf("l", (record) => without(record, "data")),
  "has a number beyond 64 bits": (label) => label.replace('"a":1', '"a":123456789012345678901234567890'),
  "has a number beyond a float": (label) => label.replace('"a":1', '"a":1e400'),
  "has a store that is null": buildpack((record) => ({ ...record, store: null })),
  "has a store with metadata that is a list": buildpack((record) => ({ ...record, store: { metadata: [1] } })),
  "has a store with nulls": buildpack((record) => ({ ...record, store: { metadata: { a: null } } })),
  "has a store without metadata": buildpack((record) => ({ ...record, store: {} })),
  "has one buildpack twice": changed((label) => {
    const [first = {}, ...others] = label["buildpacks"] as Json[];
    return { ...label, buildpacks: [first, { ...first, layers: {}, store: { metadata: { b: 2 } } }, ...others] };
  }),
  "has an app that is null": changed((label) => ({ ...label, app: null, sbom: null, launcher: null, config: null })),
  [noSboms]: changed((label) => ({ ...label, sbom: { sha: otherSha } })),
  "has a run image that is null": changed((label) => ({ ...label, runImage: null, stack: null })),
  "has a run image that is text": changed((label) => ({ ...label, runImage: "a" })),
};

/**
 * The possible contents of the previous image's label. Both keep the parts that they understand,
 * and build without the rest.
 */
export const labelCases: readonly Combination[] = Object.entries(changes).map(([what, label]) =>
  scripted(`the previous image's label ${what}`, [{ build }, {}], {
    steps: [{}, { label }],
    ...(what === nulls && { differs: "nulls are left out" }),
    ...(what === noSboms && { differs: "SBOMs that do not exist are not restored" }),
  }),
);
