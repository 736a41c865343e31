import { type App, defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Settings } from "../config.ts";
import type { ManagerChoice } from "../package-manager.ts";
import { readChoice } from "./choice.ts";
import { installsPackages } from "./detect.ts";

interface Inputs {
  readonly dir?: string;
  readonly settings?: Partial<Settings>;
  readonly env?: Readonly<Record<string, string>>;
}

/** What `read` makes of an app that consists of the files. */
async function inApp<Value>(app: FileMap, read: (app: App) => Promise<Value>): Promise<Value | undefined> {
  let value: Value | undefined;
  const reader = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      value = await read(context.app);
      return {};
    },
  });
  await build(reader, { app });
  return value;
}

const settingsOf = (settings: Partial<Settings> = {}): Settings => settings as Settings;

const chosen = (app: FileMap, { dir = "", settings, env = {} }: Inputs = {}) =>
  inApp(app, (given) => readChoice({ app: given, dir, settings: settingsOf(settings), env }));

const member = '[project]\nname = "api"\nversion = "1"\ndependencies = ["six"]\n';

test.for<[string, FileMap, Inputs, Pick<ManagerChoice, "name" | "source" | "lockfile">]>([
  [
    "a folder of the app",
    { "api/requirements.txt": "six", "uv.lock": "", "pyproject.toml": member },
    { dir: "api" },
    { name: "pip", source: "requirements.txt", lockfile: "requirements.txt" },
  ],
  [
    "a member of a uv workspace",
    { "packages/api/pyproject.toml": member, "uv.lock": "", "pyproject.toml": "" },
    { dir: "packages/api" },
    { name: "uv", source: "uv.lock", lockfile: "../../uv.lock" },
  ],
  [
    "a member of a uv workspace in a folder, named by the user of the build",
    { "be/api/pyproject.toml": member, "be/uv.lock": "", "be/pyproject.toml": "", "uv.lock": "", "pyproject.toml": "" },
    { dir: "be/api", settings: { BP_PYTHON_PACKAGE_MANAGER: "uv" } },
    { name: "uv", source: "BP_PYTHON_PACKAGE_MANAGER", lockfile: "../uv.lock" },
  ],
  [
    "a project of Poetry below a uv workspace",
    { "api/pyproject.toml": "[tool.poetry]\n", "api/poetry.lock": "", "uv.lock": "", "pyproject.toml": "" },
    { dir: "api" },
    { name: "poetry", source: "poetry.lock", lockfile: "poetry.lock" },
  ],
])("the package manager is %s", async ([, app, given, expected]) => {
  expect(await chosen(app, given)).toMatchObject(expected);
});

test.for<[string, FileMap, Inputs, Readonly<Record<string, string>>]>([
  [
    "a misspelt name",
    { "requirement.txt": "" },
    {},
    { code: "PYTHON_FILE_MISSPELT", hint: "Rename requirement.txt: git mv requirement.txt requirements.txt" },
  ],
  [
    "nothing at all",
    { "app.py": "" },
    {},
    {
      code: "PYTHON_REQUIREMENTS_MISSING",
      message: "the app has no file that says what to install",
      hint: "Add requirements.txt, or the lockfile of uv, Poetry, PDM or Pipenv with pyproject.toml or Pipfile.",
    },
  ],
  [
    "requirements that are not there",
    { "api/requirements.txt": "" },
    { dir: "api", settings: { BP_PIP_REQUIREMENT: "requirements.txt, prod.txt" } },
    {
      code: "PYTHON_REQUIREMENTS_MISSING",
      message: "BP_PIP_REQUIREMENT names prod.txt, which is not there",
      hint: "Name files relative to api, separated by blanks, such as requirements/prod.txt.",
    },
  ],
  [
    "a variable that leads elsewhere",
    { "requirements.txt": "" },
    { env: { PIP_TARGET: "/srv" } },
    { code: "PYTHON_VARIABLES_FORBIDDEN" },
  ],
  ["a pyproject.toml that is none", { "pyproject.toml": "[project" }, {}, { code: "TOML_INVALID" }],
])("is refused: %s", async ([, app, given, expected]) => {
  await expect(chosen(app, given)).rejects.toThrow(expect.objectContaining(expected));
});

test.for<[string, FileMap, Inputs, boolean]>([
  ["requirements", { "requirements.txt": "" }, {}, true],
  ["a lockfile", { "uv.lock": "" }, {}, true],
  ["dependencies in pyproject.toml", { "pyproject.toml": member }, {}, true],
  ["a pyproject.toml that the build refuses", { "pyproject.toml": "[project" }, {}, true],
  ["a misspelt name", { pipfile: "" }, {}, true],
  ["what the user of the build asks for", {}, { settings: { BP_PYTHON_PACKAGE_MANAGER: "uv" } }, true],
  ["files that the user of the build names", {}, { settings: { BP_PIP_REQUIREMENT: "prod.txt" } }, true],
  ["code alone", { "app.py": "", "pyproject.toml": "[tool.ruff]\n" }, {}, false],
  ["what another folder has", { "requirements.txt": "", "api/app.py": "" }, { dir: "api" }, false],
])("detect: %s", async ([, app, { dir = "", settings }, expected]) => {
  expect(await inApp(app, (given) => installsPackages(given, dir, settingsOf(settings)))).toBe(expected);
});
