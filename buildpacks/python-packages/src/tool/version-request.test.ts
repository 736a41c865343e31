import { expect, test } from "vitest";
import type { ManagerChoice } from "../package-manager.ts";
import { requestFor, type VersionRequest } from "./version-request.ts";

const choice = (range: string | undefined): ManagerChoice => ({
  name: "uv",
  source: "uv.lock",
  lockfile: "uv.lock",
  losers: [],
  warnings: [],
  version: range === undefined ? undefined : { range, source: "BP_UV_VERSION" },
});

const known: VersionRequest = { kind: "known", version: "0.13.9" };

test.for<[string | undefined, VersionRequest]>([
  [undefined, known],
  ["0.13", known],
  ["0.13.9", known],
  [">=0.9", known],
  ["0.12", { kind: "other", specifier: "==0.12.*" }],
  ["0.12.*", { kind: "other", specifier: "==0.12.*" }],
  ["0.12.1", { kind: "other", specifier: "==0.12.1" }],
  ["1", { kind: "other", specifier: "==1.*" }],
  [">=0.9,<0.13", { kind: "other", specifier: ">=0.9,<0.13" }],
])("the requested tool version: %s", async ([range, expected]) =>
  expect(await requestFor(choice(range), "0.13.9")).toEqual(expected),
);

test("an invalid tool version is refused", async () => {
  await expect(requestFor(choice("newest; rm"), "0.13.9")).rejects.toMatchObject({
    code: "PYTHON_TOOL_VERSION_INVALID",
    message: 'BP_UV_VERSION asks for uv "newest; rm"',
  });
});
