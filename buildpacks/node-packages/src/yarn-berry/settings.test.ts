import { expect, test } from "vitest";
import { pathSetting, setting } from "./settings.ts";

const files = [
  { path: "apps/.yarnrc.yml", dir: "apps", table: { nodeLinker: "pnpm", cacheFolder: "./zips" } },
  {
    path: ".yarnrc.yml",
    dir: "",
    table: { nodeLinker: "pnp", installStatePath: "state/of-yarn.gz", cacheFolder: "above" },
  },
];

test.each([
  ["nodeLinker", {}, { value: "pnpm", dir: "apps" }],
  ["nodeLinker", { YARN_NODE_LINKER: "node-modules" }, { value: "node-modules", dir: undefined }],
  ["installStatePath", {}, { value: "state/of-yarn.gz", dir: "" }],
  ["pnpUnpluggedFolder", {}, undefined],
] as const)("Yarn's %s with %j", (name, env, expected) => {
  expect(setting(files, env, name)).toEqual(expected);
});

test.each([
  ["$\u007bLINKER}", { LINKER: "pnp" }, "pnp"],
  ["$\u007bLINKER}", {}, ""],
  ["$\u007bLINKER:-pnpm}", {}, "pnpm"],
  ["$\u007bLINKER:-pnpm}", { LINKER: "" }, "pnpm"],
  ["$\u007bLINKER-pnpm}", { LINKER: "" }, ""],
] as const)("%s with %j", (text, env, expected) => {
  const file = { path: ".yarnrc.yml", dir: "", table: { nodeLinker: text } };
  expect(setting([file], env, "nodeLinker")?.value).toBe(expected);
});

test.each([
  ["a folder beside the settings", "./zips", "apps/zips"],
  ["none", undefined, "apps/.yarn/cache"],
  ["one outside of the app", "../zips", "apps/.yarn/cache"],
  ["one of the machine", "/var/zips", "apps/.yarn/cache"],
  ["one of the user", "~/zips", "apps/.yarn/cache"],
] as const)("Yarn's settings: %s", (_, value, expected) => {
  const file = { path: "apps/.yarnrc.yml", dir: "apps", table: value === undefined ? {} : { cacheFolder: value } };
  expect(pathSetting([file], {}, { name: "cacheFolder", root: "apps", otherwise: ".yarn/cache" })).toBe(expected);
});
