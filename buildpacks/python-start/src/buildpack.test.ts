import { resolve } from "node:path";
import { detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import pythonStart from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Env = Readonly<Record<string, string>>;

describe("detect", () => {
  const python = { name: "python", metadata: { launch: true } };
  const packages = { name: "python_packages", metadata: { launch: true } };

  test.for<[string, FileMap, Env]>([
    ["requirements.txt", { "requirements.txt": "" }, {}],
    ["pyproject.toml", { "pyproject.toml": "" }, {}],
    ["a lockfile", { "uv.lock": "" }, {}],
    ["a misspelt file name", { "requirments.txt": "" }, {}],
    ["a module", { "hello.py": "" }, {}],
    ["a project in a folder", { "services/api/Pipfile": "" }, { BP_PYTHON_PROJECT_PATH: "services/api/" }],
    ["a file that is named", { "bin/serve": "" }, { BP_LAUNCHPOINT: "bin/serve" }],
  ])("passes with %s", async ([, app, env]) => {
    expect(await detect(pythonStart, { buildpack, app, env })).toMatchObject({
      outcome: "pass",
      plan: [
        { provides: [], requires: [python, packages] },
        { provides: [], requires: [python] },
      ],
    });
  });

  const looked = "has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no file .py.";

  test.for<[string, FileMap, Env, string]>([
    [
      "an app in another language",
      { "package.json": "{}", Procfile: "web: node ." },
      {},
      `no Python app: the app ${looked} Add one of them, set BP_PYTHON_PROJECT_PATH to the folder of the project, or check that this is the right folder.`,
    ],
    [
      "a folder without a project",
      { "web/index.html": "", "api/main.py": "" },
      { BP_PYTHON_PROJECT_PATH: "web" },
      `no Python app: web ${looked} Add one of them, set BP_PYTHON_PROJECT_PATH to the folder of the project, or check that web is the right folder.`,
    ],
  ])("fails for %s", async ([, app, env, reason]) => {
    expect(await detect(pythonStart, { buildpack, app, env })).toMatchObject({ outcome: "fail", reason });
  });

  test("a missing project directory is an error", async () => {
    const env = { BP_PYTHON_PROJECT_PATH: "api" };
    await expect(detect(pythonStart, { buildpack, app: {}, env })).rejects.toMatchObject({
      code: "PYTHON_PROJECT_PATH_INVALID",
      message: 'BP_PYTHON_PROJECT_PATH is "api": the app has no such folder',
    });
  });
});
