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
    ["a misspelled requirements.txt", { "requirments.txt": "" }, {}],
    ["a .py file", { "hello.py": "" }, {}],
    [
      "a project in the directory that BP_PYTHON_PROJECT_PATH names",
      { "services/api/Pipfile": "" },
      { BP_PYTHON_PROJECT_PATH: "services/api/" },
    ],
    ["a file that BP_LAUNCHPOINT names", { "bin/serve": "" }, { BP_LAUNCHPOINT: "bin/serve" }],
  ])("passes with %s", async ([, app, env]) => {
    expect(await detect(pythonStart, { buildpack, app, env })).toMatchObject({
      outcome: "pass",
      plan: [
        { provides: [], requires: [python, packages] },
        { provides: [], requires: [python] },
      ],
    });
  });

  const looked = "has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no .py file.";

  test.for<[string, FileMap, Env, string]>([
    [
      "an app in another language",
      { "package.json": "{}", Procfile: "web: node ." },
      {},
      `no Python app: the app ${looked} Add one of them, set BP_PYTHON_PROJECT_PATH to the directory of the project, or check that this is the right directory.`,
    ],
    [
      "a project directory without Python files",
      { "web/index.html": "", "api/main.py": "" },
      { BP_PYTHON_PROJECT_PATH: "web" },
      `no Python app: web ${looked} Add one of them, set BP_PYTHON_PROJECT_PATH to the directory of the project, or check that web is the right directory.`,
    ],
  ])("fails for %s", async ([, app, env, reason]) => {
    expect(await detect(pythonStart, { buildpack, app, env })).toMatchObject({ outcome: "fail", reason });
  });

  test("refuses a BP_PYTHON_PROJECT_PATH that does not exist", async () => {
    const env = { BP_PYTHON_PROJECT_PATH: "api" };
    await expect(detect(pythonStart, { buildpack, app: {}, env })).rejects.toMatchObject({
      code: "PYTHON_PROJECT_PATH_INVALID",
      message: 'BP_PYTHON_PROJECT_PATH is "api": the app has no such directory',
    });
  });
});
