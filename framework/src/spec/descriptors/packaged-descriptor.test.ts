import { expect, test } from "vitest";
import { parseBuildpackToml } from "../buildpack-toml.ts";
import { descriptorAssets, packagedDescriptor } from "./packaged-descriptor.ts";

const text = `api = "0.12"
[buildpack]
id = "me/hello"
version = "1.0.0"
[[targets]]
os = "linux"
[metadata]
constructor = "a key"
[[metadata.dependencies]]
id = "tool"
`;
const bytes = (source: string) => Buffer.from(source);
const assetsOf = (source: string) =>
  descriptorAssets(bytes(source), parseBuildpackToml(bytes(source), "buildpack.toml"));
const reader = (assets: Readonly<Record<string, string>>) => (name: string) => assets[name];

test("a packaged buildpack.toml equals the result of parsing its file", () => {
  const packaged = packagedDescriptor(bytes(text), reader(assetsOf(text)));
  expect(packaged).toEqual(parseBuildpackToml(text, "buildpack.toml"));
  expect(Object.getPrototypeOf(packaged?.metadata)).toBe(null);
});

test("a buildpack.toml that was changed after packaging is not read from the packaged assets", () => {
  const changed = bytes(text.replace("1.0.0", "1.0.1"));
  expect(packagedDescriptor(changed, reader(assetsOf(text)))).toBeUndefined();
});

test.for([
  ["of an executable without assets", text, {}],
  ["without an ID", 'api = "0.12"\n', assetsOf(text)],
] as const)("a buildpack.toml %s is not read from the packaged assets", ([, source, assets]) => {
  expect(packagedDescriptor(bytes(source), reader(assets))).toBeUndefined();
});

test.for(["big = 9007199254740993", "big = inf"])(
  'a buildpack.toml with the line "%s" is not packaged as JSON, because JSON cannot represent the value',
  (line) => {
    expect(assetsOf(text.replace("[metadata]", `[metadata]\n${line}`))).toEqual({});
  },
);
