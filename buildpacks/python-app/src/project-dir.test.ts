import { defineBuildpack, pass } from "libcnb";
import { detect, detectFailure } from "libcnb/testing";
import { expect, test } from "vitest";
import { projectDir } from "./project-dir.ts";

const found: string[] = [];
const buildpack = defineBuildpack({
  async detect({ app, env }) {
    found.push(await projectDir(app, env.BP_PYTHON_PROJECT_PATH));
    return pass();
  },
  build: () => ({}),
});
const app = { "services/api/main.py": "" };

test.each([
  ["services/api", "a directory", "services/api"],
  ["./services/api/", "a directory", "services/api"],
  [".", "the app itself", ""],
])("BP_PYTHON_PROJECT_PATH=%j selects %s", async (value, _, expected) => {
  await detect(buildpack, { app, env: { BP_PYTHON_PROJECT_PATH: value } });
  expect(found.at(-1)).toBe(expected);
});

test.each(["..", "/etc", "services/web"])("BP_PYTHON_PROJECT_PATH=%j is refused", async (value) => {
  const { error } = await detectFailure(buildpack, { app, env: { BP_PYTHON_PROJECT_PATH: value } });
  expect(error).toMatchObject({
    code: "PYTHON_PROJECT_PATH_INVALID",
    hint: "Set it to the directory of the project to build, relative to the app, such as services/api.",
  });
});
