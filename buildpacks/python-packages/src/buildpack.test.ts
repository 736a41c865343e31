import { resolve } from "node:path";
import "libcnb/testing/vitest";
import { type DetectFixture, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

const given = { buildpack: resolve(import.meta.dirname, "..") };

test.for<[string, DetectFixture]>([
  ["requirements.txt", { app: { "requirements.txt": "" } }],
  ["a lockfile", { app: { "uv.lock": "" } }],
  ["a misspelled requirements.txt, which build reports", { app: { "requirement.txt": "" } }],
  [
    "a Pipfile in the directory that BP_PYTHON_PROJECT_PATH names",
    { app: { "api/Pipfile": "" }, env: { BP_PYTHON_PROJECT_PATH: "api" } },
  ],
])("detect passes for %s", async ([, each]) => {
  const outcome = await detect(buildpack, { ...given, ...each });
  expect(outcome).toPass();
  expect(outcome).toProvide("python_packages");
  expect(outcome).toRequire("python", { build: true, launch: true });
  expect(outcome).toRequire("python_packages", { build: true, launch: true });
});

test.for<[string, DetectFixture, string]>([
  ["an app without a file that lists packages", { app: { "app.py": "" } }, "no file lists packages to install"],
  [
    "a project directory without a file that lists packages",
    { app: { "requirements.txt": "", "api/app.py": "" }, env: { BP_PYTHON_PROJECT_PATH: "api" } },
    "no file in api lists packages to install",
  ],
])("detect fails for %s", async ([, each, reason]) =>
  expect(await detect(buildpack, { ...given, ...each })).toFail(reason),
);
