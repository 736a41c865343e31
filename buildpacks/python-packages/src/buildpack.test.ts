import { resolve } from "node:path";
import "libcnb/testing/vitest";
import { type DetectFixture, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

const given = { buildpack: resolve(import.meta.dirname, "..") };

test.for<[string, DetectFixture]>([
  ["requirements", { app: { "requirements.txt": "" } }],
  ["a lockfile", { app: { "uv.lock": "" } }],
  ["a name that is meant to be another", { app: { "requirement.txt": "" } }],
  ["a project in a folder", { app: { "api/Pipfile": "" }, env: { BP_PYTHON_PROJECT_PATH: "api" } }],
])("detect passes for %s", async ([, each]) => {
  const outcome = await detect(buildpack, { ...given, ...each });
  expect(outcome).toPass();
  expect(outcome).toProvide("python_packages");
  expect(outcome).toRequire("python", { build: true, launch: true });
  expect(outcome).toRequire("python_packages", { build: true, launch: true });
});

test.for<[string, DetectFixture, string]>([
  ["an app without packages", { app: { "app.py": "" } }, "no file says which packages to install"],
  [
    "a folder without",
    { app: { "requirements.txt": "", "api/app.py": "" }, env: { BP_PYTHON_PROJECT_PATH: "api" } },
    "no file in api says which packages to install",
  ],
])("detect fails for %s", async ([, each, reason]) =>
  expect(await detect(buildpack, { ...given, ...each })).toFail(reason),
);
