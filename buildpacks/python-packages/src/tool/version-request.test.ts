import { expect, test } from "vitest";
import type { ManagerChoice } from "../package-manager.ts";
import { requestFor, type VersionRequest } from "./tool.ts";

const choice = (range: string | undefined): ManagerChoice => ({
  name: "uv",
  source: "uv.lock",
  lockfile: "uv.lock",
  losers: [],
  warnings: [],
  version: range === undefined ? undefined : { range, source: "BP_UV_VERSION" },
});

const known: VersionRequest = { kind: "known", version: "0.13.9" };

test.for<[string, string | undefined, VersionRequest]>([
  ["that is absent selects the version in the inventory", undefined, known],
  ["with the release line of the inventory's version selects this version", "0.13", known],
  ["with exactly the inventory's version selects this version", "0.13.9", known],
  ["with a range that includes the inventory's version selects this version", ">=0.9", known],
  ["with another release line is met from the package index", "0.12", { kind: "other", specifier: "==0.12.*" }],
  [
    "with another release line that ends with .* is met from the package index",
    "0.12.*",
    { kind: "other", specifier: "==0.12.*" },
  ],
  ["with another exact version is met from the package index", "0.12.1", { kind: "other", specifier: "==0.12.1" }],
  ["with another major version is met from the package index", "1", { kind: "other", specifier: "==1.*" }],
  [
    "with a range that excludes the inventory's version is met from the package index",
    ">=0.9,<0.13",
    { kind: "other", specifier: ">=0.9,<0.13" },
  ],
])("a version request for uv %s", async ([, range, expected]) =>
  expect(await requestFor(choice(range), "0.13.9")).toEqual(expected),
);

test("a request for an invalid version of uv is refused", async () => {
  await expect(requestFor(choice("newest; rm"), "0.13.9")).rejects.toMatchObject({
    code: "PYTHON_TOOL_VERSION_INVALID",
    message: 'BP_UV_VERSION requests uv "newest; rm", which is not a valid version',
  });
});
