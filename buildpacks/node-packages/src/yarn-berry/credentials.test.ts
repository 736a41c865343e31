import type { Table } from "libcnb";
import { expect, test } from "vitest";
import { withoutCredentials } from "./credentials.ts";

test.each<[string, Table, string | undefined]>([
  ["nothing", {}, undefined],
  ["settings without credentials", { nodeLinker: "pnp", npmRegistryServer: "https://registry.test" }, undefined],
  ["a token", { nodeLinker: "pnp", npmAuthToken: "s3cret" }, "nodeLinker: pnp\n"],
  ["the name of a variable", { npmAuthToken: "$\u007bNPM_TOKEN}" }, ""],
  ["name and password", { npmAuthIdent: "user:s3cret", enableTelemetry: false }, "enableTelemetry: false\n"],
  [
    "a scope of which nothing is left, and one of which something is",
    {
      npmScopes: {
        acme: { npmAuthToken: "s3cret" },
        other: { npmRegistryServer: "https://registry.test", npmAuthToken: "x" },
      },
    },
    "npmScopes:\n  other:\n    npmRegistryServer: https://registry.test\n",
  ],
  [
    "registries of which nothing is left",
    { npmRegistries: { "//registry.test": { npmAuthIdent: "x" } }, nodeLinker: "pnpm" },
    "nodeLinker: pnpm\n",
  ],
  [
    "a password in an address",
    { httpsProxy: "http://user:s3cret@proxy.test:3128" },
    "httpsProxy: http://proxy.test:3128\n",
  ],
  ["tables that were empty before", { npmAuthToken: "x", packageExtensions: {} }, "packageExtensions: {}\n"],
])("Yarn's credentials: %s", async (_, settings, expected) => {
  expect(await withoutCredentials(settings)).toBe(expected);
});
