import { expect, test } from "vitest";
import { decisive, decisiveVariables } from "./read-berry.ts";

test("the cache key of a Yarn installation includes settings that affect the installed files, but not registries", () => {
  const decides = {
    nodeLinker: "pnp",
    packageExtensions: {},
    supportedArchitectures: {},
    enableScripts: false,
    npmMinimalAgeGate: "1d",
  };
  const others = {
    npmRegistryServer: "https://registry.test",
    npmScopes: {},
    npmAuthToken: "x",
    httpsProxy: "x",
    enableTelemetry: true,
    cacheFolder: "x",
    yarnPath: "x",
    enableGlobalCache: true,
  };
  expect(decisive({ ...decides, ...others })).toEqual(decides);
});

test("the cache key of a Yarn installation includes environment variables that affect the installed files, but not registries", () => {
  const env = {
    YARN_NODE_LINKER: "pnp",
    YARN_ENABLE_SCRIPTS: "0",
    YARN_NPM_REGISTRY_SERVER: "x",
    YARN_NPM_AUTH_TOKEN: "x",
    YARN_HTTPS_PROXY: "x",
    YARN_CACHE_FOLDER: "x",
    YARN_IGNORE_PATH: "1",
    NODE_ENV: "production",
  };
  expect(decisiveVariables(env)).toEqual([
    ["YARN_ENABLE_SCRIPTS", "0"],
    ["YARN_NODE_LINKER", "pnp"],
  ]);
});
