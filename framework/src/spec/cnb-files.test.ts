import { describe, expect, test } from "vitest";
import { type BuildPlan, formatBuildPlan, parseBuildPlan } from "./build-plan.ts";
import { formatBuildToml, parseBuildToml } from "./build-toml.ts";
import { formatBuildpackPlan, parseBuildpackPlan } from "./buildpack-plan.ts";
import { formatLaunchToml, type LaunchToml, parseLaunchToml } from "./launch-toml.ts";
import { formatLayerToml, type LayerToml, parseLayerToml } from "./layer-toml.ts";
import { formatStoreToml, parseStoreToml } from "./store-toml.ts";

describe("a written build plan", () => {
  test.for<[string, BuildPlan, string]>([
    ["that provides and requires nothing is an empty file", [{ provides: [], requires: [] }], ""],
    [
      "has its first alternative at the top level",
      [
        { provides: ["node"], requires: [{ name: "node", metadata: { version: "22" } }] },
        { provides: ["node"], requires: [] },
        { provides: [], requires: [] },
      ],
      `[[provides]]
name = "node"

[[requires]]
name = "node"

[requires.metadata]
version = "22"

[[or]]
[[or.provides]]
name = "node"

[[or]]
`,
    ],
  ])("%s", ([, plan, text]) => {
    expect(formatBuildPlan(plan)).toBe(text);
    expect(parseBuildPlan(text, "plan.toml")).toEqual(plan);
  });

  test("is refused with an empty name", () => {
    expect(() => formatBuildPlan([{ provides: [""], requires: [] }])).toThrow(
      "a dependency of the build plan has an empty name",
    );
  });
});

test("the buildpack plan keeps several entries of the same name in order", () => {
  const entries = [
    { name: "node", metadata: { version: "22" } },
    { name: "npm", metadata: {} },
    { name: "node", metadata: { version: "20", build: true } },
  ];
  expect(parseBuildpackPlan(formatBuildpackPlan(entries), "plan.toml")).toEqual(entries);
  expect(parseBuildpackPlan("", "plan.toml")).toEqual([]);
});

describe("a written launch.toml", () => {
  const full: LaunchToml = {
    labels: { "org.opencontainers.image.title": "app" },
    processes: [
      {
        type: "web",
        command: ["node", "server.js"],
        args: ["--port", "80"],
        default: true,
        workingDir: "/workspace/a",
        execEnv: ["test"],
      },
      { type: "worker", command: ["node"], args: [], default: false, workingDir: undefined, execEnv: [] },
    ],
    slices: [["node_modules"], ["dist/*"]],
  };
  test.for<[string, LaunchToml, string]>([
    ["without labels, processes and slices is an empty file", { labels: {}, processes: [], slices: [] }, ""],
    [
      "contains all fields, and commands as lists",
      full,
      `[[labels]]
key = "org.opencontainers.image.title"
value = "app"

[[processes]]
type = "web"
command = [ "node", "server.js" ]
args = [ "--port", "80" ]
default = true
working-dir = "/workspace/a"
exec-env = [ "test" ]

[[processes]]
type = "worker"
command = [ "node" ]

[[slices]]
paths = [ "node_modules" ]

[[slices]]
paths = [ "dist/*" ]
`,
    ],
  ])("%s", ([, launch, text]) => {
    expect(formatLaunchToml(launch)).toBe(text);
    expect(parseLaunchToml(text, "launch.toml")).toEqual(launch);
  });
});

test.for<[string, LayerToml, string]>([
  [
    "contains each type of the layer, even if it is false",
    { types: { build: false, launch: true, cache: false }, metadata: {} },
    "[types]\nbuild = false\nlaunch = true\ncache = false\n",
  ],
  [
    "is written without types if the layer has none",
    { types: undefined, metadata: { version: "1" } },
    `[metadata]\nversion = "1"\n`,
  ],
])("the metadata file of a layer %s", ([, layer, text]) => {
  expect(formatLayerToml(layer)).toBe(text);
  expect(parseLayerToml(text, "x.toml")).toEqual(layer);
});

test("a written build.toml lists the unmet requirements", () => {
  expect(formatBuildToml({ unmet: ["node"] })).toBe(`[[unmet]]\nname = "node"\n`);
  expect(parseBuildToml(formatBuildToml({ unmet: ["a", "b"] }), "build.toml")).toEqual({ unmet: ["a", "b"] });
  expect(formatBuildToml({ unmet: [] })).toBe("");
});

test("a written store.toml keeps the given values", () => {
  expect(formatStoreToml({ last: { version: "1" } })).toBe(`[metadata.last]\nversion = "1"\n`);
  expect(parseStoreToml(formatStoreToml({ last: { version: "1" } }), "store.toml")).toEqual({ last: { version: "1" } });
});
