import { expect, test } from "vitest";
import { parseLayerToml, parseStoreToml } from "./layer-toml.ts";

const none = { build: false, launch: false, cache: false };

test.for<[string, object]>([
  ["", none],
  ["[types]\nlaunch = true", { ...none, launch: true }],
  ["[Types]\nLAUNCH = true", { ...none, launch: true }],
  ["[types]\nlaunch = true\nLaunch = false", { ...none, launch: true }],
  ["LAUNCH = true", none],
  ["metadata = 1", { ...none, metadata: 1n }],
  ["[METADATA]\na = 1", { ...none, metadata: { a: 1n } }],
])(
  "for a layer's TOML file with the text %j, the parser of libcnb and that of the lifecycle return the same types and metadata",
  ([text, decoded]) => {
    expect(parseLayerToml(text, "a.toml")).toEqual(decoded);
  },
);

test.for<[string, string]>([
  ["[[types]]\nlaunch = true", "a.toml: types: expected Object, got Array"],
  ["types = []", "a.toml: types: expected Object, got Array"],
  ["types = 1979-05-27", "a.toml: types: expected Object, got TomlDate"],
  ["[types]\nlaunch = []", "a.toml: types.launch: expected boolean, got Array"],
  ["Types = 1", "a.toml: types: expected Object, got 1"],
  ["launch = true", "the launch, cache and build flags should be in the types table of a.toml"],
])("a layer's TOML file with the text %j is refused with the error %j", ([text, message]) => {
  expect(() => parseLayerToml(text, "a.toml")).toThrow(message);
});

test.for<[string, object]>([
  ["", {}],
  ["[metadata]\na = 1", { metadata: { a: 1n } }],
  ["[Metadata]\na = 1", { metadata: { a: 1n } }],
  ["metadata = 1", {}],
  ["metadata = []", {}],
  ["[[metadata]]\na = 1", {}],
  ["metadata = 1979-05-27", {}],
])("a store.toml with the text %j is parsed to the same metadata as by the lifecycle", ([text, decoded]) => {
  expect(parseStoreToml(text, "store.toml")).toEqual(decoded);
});
