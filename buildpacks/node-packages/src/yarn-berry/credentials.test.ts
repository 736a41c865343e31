import type { s } from "libcnb";
import { expect, test } from "vitest";
import { withoutCredentials } from "./credentials.ts";

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
