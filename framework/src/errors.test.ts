import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { about } from "./about.ts";
import { catalogue, LibcnbError } from "./errors.ts";

test("no error has exit code 100, which means a failed detection", () => {
  expect(Object.entries(catalogue).filter(([, { exitCode }]) => Number(exitCode) === 100)).toEqual([]);
});

test("an unsupported API has exit code 254, an unknown executable name or buildpack 255, and any other error 1", () => {
  const others = Object.entries(catalogue).filter(([, { exitCode }]) => exitCode !== 1);
  expect(others.map(([code, { exitCode }]) => [code, exitCode])).toEqual([
    ["API_UNSUPPORTED", 254],
    ["BUILDPACK_UNKNOWN", 255],
    ["PHASE_UNKNOWN", 255],
  ]);
});

test("`about` has the name, the version and the URL for bug reports of package.json", () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  const { name, version, bugs } = manifest;
  expect(about).toEqual({ name, version, bugs });
});

test("an error links to its error code in the documentation if the documentation has a URL", () => {
  const { docs } = new LibcnbError("TOOL_FAILED", "x");
  const { documentation } = about;
  expect(docs).toBe(documentation === undefined ? undefined : `${documentation}/errors.md#tool_failed`);
});
