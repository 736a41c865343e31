import { type App, defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Settings } from "../contract.ts";
import type { ManagerChoice } from "../package-manager.ts";
import { readChoice } from "./choice.ts";
import { installsPackages } from "./detect.ts";

interface Inputs {
  readonly dir?: string;
  readonly settings?: Partial<Settings>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The result of `read` for an app with these files. */
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
    "pip for requirements.txt in the project's directory",
    { "api/requirements.txt": "six", "uv.lock": "", "pyproject.toml": member },
    { dir: "api" },
    { name: "pip", source: "requirements.txt", lockfile: "requirements.txt" },
  ],
  [
    "uv for a member of a uv workspace",
    { "packages/api/pyproject.toml": member, "uv.lock": "", "pyproject.toml": "" },
    { dir: "packages/api" },
    { name: "uv", source: "uv.lock", lockfile: "../../uv.lock" },
  ],
  [
    "uv for a workspace below the app's directory if BP_PYTHON_PACKAGE_MANAGER is uv",
    { "be/api/pyproject.toml": member, "be/uv.lock": "", "be/pyproject.toml": "", "uv.lock": "", "pyproject.toml": "" },
    { dir: "be/api", settings: { BP_PYTHON_PACKAGE_MANAGER: "uv" } },
    { name: "uv", source: "BP_PYTHON_PACKAGE_MANAGER", lockfile: "../uv.lock" },
  ],
  [
    "Poetry for a Poetry project below a uv workspace",
    { "api/pyproject.toml": "[tool.poetry]\n", "api/poetry.lock": "", "uv.lock": "", "pyproject.toml": "" },
    { dir: "api" },
    { name: "poetry", source: "poetry.lock", lockfile: "poetry.lock" },
  ],
])("the package manager of an app is %s", async ([, app, given, expected]) => {
  expect(await chosen(app, given)).toMatchObject(expected);
});

test.for<[string, FileMap, Inputs, Readonly<Record<string, string>>]>([
  [
    "with a misspelled requirements.txt",
    { "requirement.txt": "" },
    {},
    { code: "PYTHON_FILE_MISSPELT", hint: "Rename requirement.txt: git mv requirement.txt requirements.txt" },
  ],
  [
    "without a file that lists packages",
    { "app.py": "" },
    {},
    {
      code: "PYTHON_REQUIREMENTS_MISSING",
      message: "the app has no file that lists packages to install",
      hint: "Add requirements.txt, or the lockfile of uv, Poetry, PDM or Pipenv with pyproject.toml or Pipfile.",
    },
  ],
  [
    "without a file that BP_PIP_REQUIREMENT names",
    { "api/requirements.txt": "" },
    { dir: "api", settings: { BP_PIP_REQUIREMENT: "requirements.txt, prod.txt" } },
    {
      code: "PYTHON_REQUIREMENTS_MISSING",
      message: "BP_PIP_REQUIREMENT names prod.txt, which does not exist",
      hint: "Set BP_PIP_REQUIREMENT to one or more paths relative to api, separated by spaces, such as requirements/prod.txt.",
    },
  ],
  [
    "if PIP_TARGET is set",
    { "requirements.txt": "" },
    { env: { PIP_TARGET: "/srv" } },
    { code: "PYTHON_VARIABLES_FORBIDDEN" },
  ],
  ["whose pyproject.toml is not TOML", { "pyproject.toml": "[project" }, {}, { code: "TOML_INVALID" }],
])("the build refuses an app %s", async ([, app, given, expected]) => {
  await expect(chosen(app, given)).rejects.toThrow(expect.objectContaining(expected));
});

test.for<[string, FileMap, Inputs, boolean]>([
  ["passes for requirements.txt", { "requirements.txt": "" }, {}, true],
  ["passes for a lockfile", { "uv.lock": "" }, {}, true],
  ["passes for dependencies in pyproject.toml", { "pyproject.toml": member }, {}, true],
  ["passes for a malformed pyproject.toml, which build refuses", { "pyproject.toml": "[project" }, {}, true],
  ["passes for a misspelled file name, which build reports", { pipfile: "" }, {}, true],
  ["passes if BP_PYTHON_PACKAGE_MANAGER is set", {}, { settings: { BP_PYTHON_PACKAGE_MANAGER: "uv" } }, true],
  ["passes if BP_PIP_REQUIREMENT is set", {}, { settings: { BP_PIP_REQUIREMENT: "prod.txt" } }, true],
  [
    "fails for an app that has code but lists no packages",
    { "app.py": "", "pyproject.toml": "[tool.ruff]\n" },
    {},
    false,
  ],
  [
    "fails if requirements.txt is in a directory other than the project's",
    { "requirements.txt": "", "api/app.py": "" },
    { dir: "api" },
    false,
  ],
])("detect of python-packages %s", async ([, app, { dir = "", settings }, expected]) => {
  expect(await inApp(app, (given) => installsPackages(given, dir, settingsOf(settings)))).toBe(expected);
});
