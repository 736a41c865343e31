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
  [
    "a setting of Yarn has no value if neither a file nor an environment variable sets it",
    "pnpUnpluggedFolder",
    {},
    undefined,
  ],
] as const)("%s", (_, name, env, expected) => {
  expect(setting(files, env, name)).toEqual(expected);
});

test.each([
  ["$\u007bLINKER}", { LINKER: "pnp" }, "pnp"],
  ["$\u007bLINKER}", {}, ""],
  ["$\u007bLINKER:-pnpm}", {}, "pnpm"],
  ["$\u007bLINKER:-pnpm}", { LINKER: "" }, "pnpm"],
  ["$\u007bLINKER-pnpm}", { LINKER: "" }, ""],
] as const)("the Yarn setting %j with the environment variables %j has the value %j", (text, env, expected) => {
  const file = { path: ".yarnrc.yml", dir: "", table: { nodeLinker: text } };
  expect(setting([file], env, "nodeLinker")?.value).toBe(expected);
});

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
  ["empty settings give no file", {}, undefined],
  [
    "settings without credentials give no file",
    { nodeLinker: "pnp", npmRegistryServer: "https://registry.test" },
    undefined,
  ],
  ["a token is removed", { nodeLinker: "pnp", npmAuthToken: "s3cret" }, "nodeLinker: pnp\n"],
  ["a token from an environment variable is removed", { npmAuthToken: "$\u007bNPM_TOKEN}" }, ""],
  [
    "a user name and password are removed",
    { npmAuthIdent: "user:s3cret", enableTelemetry: false },
    "enableTelemetry: false\n",
  ],
  [
    "a scope that has only credentials is removed, and a scope with a registry stays",
    {
      npmScopes: {
        acme: { npmAuthToken: "s3cret" },
        other: { npmRegistryServer: "https://registry.test", npmAuthToken: "x" },
      },
    },
    "npmScopes:\n  other:\n    npmRegistryServer: https://registry.test\n",
  ],
  [
    "registries that have only credentials are removed",
    { npmRegistries: { "//registry.test": { npmAuthIdent: "x" } }, nodeLinker: "pnpm" },
    "nodeLinker: pnpm\n",
  ],
  [
    "a user name and password are removed from a URL",
    { httpsProxy: "http://user:s3cret@proxy.test:3128" },
    "httpsProxy: http://proxy.test:3128\n",
  ],
  ["the empty table of another setting stays", { npmAuthToken: "x", packageExtensions: {} }, "packageExtensions: {}\n"],
])("credentials are removed from the settings of Yarn for the installation: %s", async (_, settings, expected) => {
  expect(await withoutCredentials(settings)).toBe(expected);
});
