import type { s } from "libcnb";
import { expect, test } from "vitest";
import { pathSetting, setting, withoutCredentials } from "./settings.ts";

const files = [
  { path: "apps/.yarnrc.yml", dir: "apps", table: { nodeLinker: "pnpm", cacheFolder: "./zips" } },
  {
    path: ".yarnrc.yml",
    dir: "",
    table: { nodeLinker: "pnp", installStatePath: "state/of-yarn.gz", cacheFolder: "above" },
  },
];

test.each([
  ["a setting of Yarn is read from the nearest file", "nodeLinker", {}, { value: "pnpm", dir: "apps" }],
  [
    "an environment variable takes precedence over settings of Yarn in files",
    "nodeLinker",
    { YARN_NODE_LINKER: "node-modules" },
    { value: "node-modules", dir: undefined },
  ],
  [
    "a setting of Yarn is read from a file in a parent directory",
    "installStatePath",
    {},
    { value: "state/of-yarn.gz", dir: "" },
  ],
  ["a setting of Yarn that is not set is undefined", "pnpUnpluggedFolder", {}, undefined],
] as const)("settings of Yarn are read from files and environment variables: %s", (_, name, env, expected) => {
  expect(setting(files, env, name)).toEqual(expected);
});

test.each([
  ["$\u007bLINKER}", { LINKER: "pnp" }, "pnp"],
  ["$\u007bLINKER}", {}, ""],
  ["$\u007bLINKER:-pnpm}", {}, "pnpm"],
  ["$\u007bLINKER:-pnpm}", { LINKER: "" }, "pnpm"],
  ["$\u007bLINKER-pnpm}", { LINKER: "" }, ""],
] as const)(
  "environment variables in the Yarn setting %s are replaced with the environment %j",
  (text, env, expected) => {
    const file = { path: ".yarnrc.yml", dir: "", table: { nodeLinker: text } };
    expect(setting([file], env, "nodeLinker")?.value).toBe(expected);
  },
);

test.each([
  ["a directory next to the settings", "./zips", "apps/zips"],
  ["the default if it is unset", undefined, "apps/.yarn/cache"],
  ["the default if it is outside the app", "../zips", "apps/.yarn/cache"],
  ["the default if it is a system directory", "/var/zips", "apps/.yarn/cache"],
  ["the default if it is in the home directory", "~/zips", "apps/.yarn/cache"],
] as const)("the cache folder of Yarn is %s", (_, value, expected) => {
  const file = { path: "apps/.yarnrc.yml", dir: "apps", table: value === undefined ? {} : { cacheFolder: value } };
  expect(pathSetting([file], {}, { name: "cacheFolder", root: "apps", otherwise: ".yarn/cache" })).toBe(expected);
});

test.each<[string, s.Table, string | undefined]>([
  ["empty settings", {}, undefined],
  ["settings without credentials", { nodeLinker: "pnp", npmRegistryServer: "https://registry.test" }, undefined],
  ["a token", { nodeLinker: "pnp", npmAuthToken: "s3cret" }, "nodeLinker: pnp\n"],
  ["a token in an environment variable", { npmAuthToken: "$\u007bNPM_TOKEN}" }, ""],
  ["user name and password", { npmAuthIdent: "user:s3cret", enableTelemetry: false }, "enableTelemetry: false\n"],
  [
    "a scope with only credentials is dropped, and another is kept",
    {
      npmScopes: {
        acme: { npmAuthToken: "s3cret" },
        other: { npmRegistryServer: "https://registry.test", npmAuthToken: "x" },
      },
    },
    "npmScopes:\n  other:\n    npmRegistryServer: https://registry.test\n",
  ],
  [
    "registries with only credentials are dropped",
    { npmRegistries: { "//registry.test": { npmAuthIdent: "x" } }, nodeLinker: "pnpm" },
    "nodeLinker: pnpm\n",
  ],
  ["a password in a URL", { httpsProxy: "http://user:s3cret@proxy.test:3128" }, "httpsProxy: http://proxy.test:3128\n"],
  ["empty tables are kept", { npmAuthToken: "x", packageExtensions: {} }, "packageExtensions: {}\n"],
])("credentials are removed from settings of Yarn: %s", async (_, settings, expected) => {
  expect(await withoutCredentials(settings)).toBe(expected);
});
