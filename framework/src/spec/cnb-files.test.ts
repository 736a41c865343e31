import { describe, expect, test } from "vitest";
import { type BuildPlan, buildPlanToml, decodeBuildPlan } from "./build-plan.ts";
import { buildToml, decodeBuildToml } from "./build-toml.ts";
import { buildpackPlanToml, decodeBuildpackPlan } from "./buildpack-plan.ts";
import { decodeLaunchToml, type LaunchToml, launchToml } from "./launch-toml.ts";
import { decodeLayerToml, type LayerToml, layerToml } from "./layer-toml.ts";
import { decodeStoreToml, storeToml } from "./store-toml.ts";

describe("the build plan", () => {
  test.for<[string, BuildPlan, string]>([
    ["with nothing is an empty file", [{ provides: [], requires: [] }], ""],
    [
      "has its first alternative at the top, as the lifecycle takes the top level for an alternative",
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
    expect(buildPlanToml(plan)).toBe(text);
    expect(decodeBuildPlan(text, "plan.toml")).toEqual(plan);
  });

  test("refuses an empty name", () => {
    expect(() => buildPlanToml([{ provides: [""], requires: [] }])).toThrow(
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
  expect(decodeBuildpackPlan(buildpackPlanToml(entries), "plan.toml")).toEqual(entries);
  expect(decodeBuildpackPlan("", "plan.toml")).toEqual([]);
});

describe("launch.toml", () => {
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
    ["with nothing is empty", { labels: {}, processes: [], slices: [] }, ""],
    [
      "says all there is, commands as lists, and nothing about direct",
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
    expect(launchToml(launch)).toBe(text);
    expect(decodeLaunchToml(text, "launch.toml")).toEqual(launch);
  });
});

test.for<[string, LayerToml, string]>([
  [
    "always has its types",
    { types: { build: false, launch: true, cache: false }, metadata: {} },
    "[types]\nbuild = false\nlaunch = true\ncache = false\n",
  ],
  ["is restored without types", { types: undefined, metadata: { version: "1" } }, `[metadata]\nversion = "1"\n`],
])("a layer's metadata file %s", ([, layer, text]) => {
  expect(layerToml(layer)).toBe(text);
  expect(decodeLayerToml(text, "x.toml")).toEqual(layer);
});

test("build.toml lists unmet entries", () => {
  expect(buildToml({ unmet: ["node"] })).toBe(`[[unmet]]\nname = "node"\n`);
  expect(decodeBuildToml(buildToml({ unmet: ["a", "b"] }), "build.toml")).toEqual({ unmet: ["a", "b"] });
  expect(buildToml({ unmet: [] })).toBe("");
});

test("store.toml keeps the given values", () => {
  expect(storeToml({ last: { version: "1" } })).toBe(`[metadata.last]\nversion = "1"\n`);
  expect(decodeStoreToml(storeToml({ last: { version: "1" } }), "store.toml")).toEqual({ last: { version: "1" } });
});
