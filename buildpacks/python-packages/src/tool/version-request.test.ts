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
  ["no version uses the version in the inventory", undefined, known],
  ["the inventory's release line uses its version", "0.13", known],
  ["the inventory's exact version uses it", "0.13.9", known],
  ["a range with the inventory's version uses it", ">=0.9", known],
  ["another release line is installed from the index", "0.12", { kind: "other", specifier: "==0.12.*" }],
  ["another release line with .* is installed from the index", "0.12.*", { kind: "other", specifier: "==0.12.*" }],
  ["another exact version is installed from the index", "0.12.1", { kind: "other", specifier: "==0.12.1" }],
  ["another major version is installed from the index", "1", { kind: "other", specifier: "==1.*" }],
  [
    "a range without the inventory's version is installed from the index",
    ">=0.9,<0.13",
    { kind: "other", specifier: ">=0.9,<0.13" },
  ],
])("a request for uv: %s", async ([, range, expected]) =>
  expect(await requestFor(choice(range), "0.13.9")).toEqual(expected),
);

test("a request for an invalid version of uv is refused", async () => {
  await expect(requestFor(choice("newest; rm"), "0.13.9")).rejects.toMatchObject({
    code: "PYTHON_TOOL_VERSION_INVALID",
    message: 'BP_UV_VERSION requests uv "newest; rm", which is not a valid version',
  });
});
