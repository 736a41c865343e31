import type { Table } from "libcnb";
import { expect, test } from "vitest";
import type { Settings } from "../config.ts";
import type { ManagerChoice } from "../package-manager.ts";
import { chooseManager } from "./choose.ts";

interface Inputs {
  readonly files?: readonly string[];
  readonly pyproject?: Table;
  readonly uvToml?: Table;
  readonly settings?: Partial<Settings>;
}

const chosen = ({ files = [], pyproject, uvToml, settings = {} }: Inputs) =>
  chooseManager({ settings, uvToml, files: pyproject === undefined ? files : ["pyproject.toml", ...files], pyproject });

const project: Table = { project: { name: "app", dependencies: ["six"] } };
const poetry: Table = { tool: { poetry: { name: "app" } } };
const uv: Table = { ...project, tool: { uv: {} } };
const pdm: Table = { ...project, tool: { pdm: {} } };

type Expected = Pick<ManagerChoice, "name" | "source"> & Partial<ManagerChoice>;

const by = (name: ManagerChoice["name"], lockfile: string): Expected => ({ name, source: lockfile, lockfile });

const ignored = (file: string, decider: string, owner?: string): string =>
  `${file} is ignored: ${decider} decides. Delete it${owner === undefined ? "" : `, or set BP_PYTHON_PACKAGE_MANAGER=${owner} to install from it`}.`;

const unlocked = (title: string, lockfile: string, command: string): string =>
  `There is no ${lockfile}: ${title} chooses the newest versions that fit, which another build may not get. Run "${command}" and commit ${lockfile}.`;

const pipUnlocked = unlocked("pip", "requirements.txt", "pip freeze > requirements.txt");
const poetryUnlocked = unlocked("Poetry", "poetry.lock", "poetry lock");

test.for<[string, Inputs, Expected]>([
  ["requirements.txt", { files: ["requirements.txt"] }, by("pip", "requirements.txt")],
  ["uv.lock", { files: ["uv.lock"], pyproject: project }, by("uv", "uv.lock")],
  ["poetry.lock", { files: ["poetry.lock"], pyproject: poetry }, by("poetry", "poetry.lock")],
  ["pdm.lock", { files: ["pdm.lock"], pyproject: pdm }, by("pdm", "pdm.lock")],
  ["Pipfile.lock", { files: ["Pipfile", "Pipfile.lock"] }, by("pipenv", "Pipfile.lock")],
  ["the standard lockfile", { files: ["pylock.toml"], pyproject: project }, by("pip", "pylock.toml")],
  ["the standard lockfile of PDM", { files: ["pylock.toml"], pyproject: pdm }, by("pdm", "pylock.toml")],
  [
    "requirements.txt beside a pyproject.toml for tools that check code",
    { files: ["requirements.txt"], pyproject: { tool: { ruff: {} } } },
    by("pip", "requirements.txt"),
  ],
  ["requirements.txt beside setup.py", { files: ["requirements.txt", "setup.py"] }, by("pip", "requirements.txt")],
  [
    "requirements.txt of a project of Poetry without poetry.lock",
    { files: ["requirements.txt"], pyproject: poetry },
    {
      ...by("pip", "requirements.txt"),
      losers: ["Poetry from [tool.poetry] in pyproject.toml is not considered"],
    },
  ],
  [
    "requirements.txt beside a Pipfile without Pipfile.lock",
    { files: ["requirements.txt", "Pipfile"] },
    { ...by("pip", "requirements.txt"), losers: ["Pipenv from Pipfile is not considered"] },
  ],
  [
    "requirements.txt beside a lockfile that its tool cannot read",
    { files: ["requirements.txt", "poetry.lock"] },
    {
      ...by("pip", "requirements.txt"),
      warnings: [ignored("poetry.lock", "requirements.txt", "poetry")],
    },
  ],
  [
    "a lockfile beside requirements.txt",
    { files: ["requirements.txt", "uv.lock"], pyproject: project },
    { ...by("uv", "uv.lock"), warnings: [ignored("requirements.txt", "uv.lock", "pip")] },
  ],
  [
    "a lockfile beside the standard one that was exported from it",
    { files: ["pylock.toml", "uv.lock"], pyproject: project },
    { ...by("uv", "uv.lock"), warnings: [ignored("pylock.toml", "uv.lock", "pip")] },
  ],
  [
    "of two lockfiles that of the tool that pyproject.toml is written for",
    { files: ["poetry.lock", "uv.lock"], pyproject: poetry },
    {
      name: "poetry",
      source: "[tool.poetry] in pyproject.toml",
      lockfile: "poetry.lock",
      warnings: [ignored("uv.lock", "[tool.poetry] in pyproject.toml", "uv")],
    },
  ],
  [
    "of two lockfiles that of the tool whose backend builds the project",
    {
      files: ["pdm.lock", "uv.lock"],
      pyproject: { ...project, "build-system": { "build-backend": "uv_build" } },
    },
    {
      name: "uv",
      source: 'build-backend = "uv_build" in pyproject.toml',
      lockfile: "uv.lock",
      warnings: [ignored("pdm.lock", 'build-backend = "uv_build" in pyproject.toml', "pdm")],
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER decides between lockfiles",
    {
      files: ["poetry.lock", "uv.lock", "requirements.txt"],
      pyproject: { tool: { poetry: {}, uv: {} } },
      settings: { BP_PYTHON_PACKAGE_MANAGER: " uv " },
    },
    {
      name: "uv",
      source: "BP_PYTHON_PACKAGE_MANAGER",
      lockfile: "uv.lock",
      losers: ["Poetry from [tool.poetry] in pyproject.toml is not considered"],
      warnings: [
        ignored("poetry.lock", "BP_PYTHON_PACKAGE_MANAGER"),
        ignored("requirements.txt", "BP_PYTHON_PACKAGE_MANAGER"),
      ],
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER prefers requirements.txt to a lockfile",
    { files: ["uv.lock", "requirements.txt"], pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "pip" } },
    {
      name: "pip",
      source: "BP_PYTHON_PACKAGE_MANAGER",
      lockfile: "requirements.txt",
      warnings: [ignored("uv.lock", "BP_PYTHON_PACKAGE_MANAGER")],
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER without a lockfile",
    { pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "poetry" } },
    { name: "poetry", source: "BP_PYTHON_PACKAGE_MANAGER", warnings: [poetryUnlocked] },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER: pip installs a project that others have locked",
    { files: ["uv.lock"], pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "pip" } },
    {
      name: "pip",
      source: "BP_PYTHON_PACKAGE_MANAGER",
      warnings: [ignored("uv.lock", "BP_PYTHON_PACKAGE_MANAGER"), pipUnlocked],
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER: PDM reads the standard lockfile",
    { files: ["pylock.toml"], pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "pdm" } },
    { name: "pdm", source: "BP_PYTHON_PACKAGE_MANAGER", lockfile: "pylock.toml" },
  ],
  [
    "BP_PIP_REQUIREMENT",
    {
      files: ["uv.lock", "requirements.txt"],
      pyproject: project,
      settings: { BP_PIP_REQUIREMENT: "requirements/prod.txt requirements.txt" },
    },
    {
      name: "pip",
      source: "BP_PIP_REQUIREMENT",
      lockfile: "requirements/prod.txt",
      warnings: [ignored("uv.lock", "BP_PIP_REQUIREMENT")],
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER before BP_PIP_REQUIREMENT",
    {
      files: ["uv.lock"],
      pyproject: project,
      settings: { BP_PYTHON_PACKAGE_MANAGER: "uv", BP_PIP_REQUIREMENT: "prod.txt" },
    },
    { name: "uv", source: "BP_PYTHON_PACKAGE_MANAGER", lockfile: "uv.lock" },
  ],
  [
    "Pipfile without a lockfile",
    { files: ["Pipfile"] },
    { name: "pipenv", source: "Pipfile", warnings: [unlocked("Pipenv", "Pipfile.lock", "pipenv lock")] },
  ],
  [
    "[tool.poetry] without a lockfile",
    { pyproject: poetry },
    { name: "poetry", source: "[tool.poetry] in pyproject.toml", warnings: [poetryUnlocked] },
  ],
  [
    "a project built by Poetry's backend",
    { pyproject: { ...project, "build-system": { "build-backend": "poetry.core.masonry.api" } } },
    {
      name: "poetry",
      source: 'build-backend = "poetry.core.masonry.api" in pyproject.toml',
      warnings: [poetryUnlocked],
    },
  ],
  [
    "a table and a backend of the same tool",
    { pyproject: { ...poetry, "build-system": { "build-backend": "poetry.core.masonry.api" } } },
    { name: "poetry", source: "[tool.poetry] in pyproject.toml", warnings: [poetryUnlocked] },
  ],
  [
    "[tool.uv] without a lockfile",
    { pyproject: uv },
    { name: "uv", source: "[tool.uv] in pyproject.toml", warnings: [unlocked("uv", "uv.lock", "uv lock")] },
  ],
  [
    "PDM's backend without a lockfile",
    { pyproject: { ...project, "build-system": { "build-backend": "pdm.backend" } } },
    {
      name: "pdm",
      source: 'build-backend = "pdm.backend" in pyproject.toml',
      warnings: [unlocked("PDM", "pdm.lock", "pdm lock")],
    },
  ],
  [
    "dependencies in pyproject.toml and no tool",
    { pyproject: project },
    { name: "pip", source: "pyproject.toml", warnings: [pipUnlocked] },
  ],
  [
    "a backend that all tools use",
    { pyproject: { project: { name: "app" }, "build-system": { "build-backend": "hatchling.build" } } },
    { name: "pip", source: "pyproject.toml", warnings: [pipUnlocked] },
  ],
  ["setup.py", { files: ["setup.py"] }, { name: "pip", source: "setup.py", warnings: [pipUnlocked] }],
  [
    "the version that the project demands",
    { files: ["poetry.lock"], pyproject: { tool: { poetry: { "requires-poetry": ">=2.1" } } } },
    {
      ...by("poetry", "poetry.lock"),
      version: { range: ">=2.1", source: "tool.poetry.requires-poetry in pyproject.toml" },
    },
  ],
  [
    "the version that the user of the build demands",
    {
      files: ["uv.lock"],
      pyproject: { ...project, tool: { uv: { "required-version": ">=0.9" } } },
      settings: { BP_UV_VERSION: " 0.11 ", BP_POETRY_VERSION: "1.8" },
    },
    { ...by("uv", "uv.lock"), version: { range: "0.11", source: "BP_UV_VERSION" } },
  ],
  [
    "the version that uv's own file demands",
    {
      files: ["uv.lock"],
      pyproject: { ...project, tool: { uv: { "required-version": ">=0.9" } } },
      uvToml: { "required-version": ">=0.10" },
    },
    { ...by("uv", "uv.lock"), version: { range: ">=0.10", source: "required-version in uv.toml" } },
  ],
  [
    "tables that are none",
    { files: ["requirements.txt"], pyproject: { project: "app", tool: [], "build-system": { "build-backend": 1 } } },
    by("pip", "requirements.txt"),
  ],
])("the tool is %s", ([, given, expected]) => {
  const none = { lockfile: undefined, version: undefined, losers: [], warnings: [] };
  expect(chosen(given)).toEqual({ ...none, ...expected });
});

test.for<[string, Inputs]>([
  ["no files", {}],
  ["code alone", { files: ["app.py", "templates/"] }],
  ["a pyproject.toml for tools that check code", { pyproject: { tool: { ruff: {} } } }],
  ["a project without dependencies that nothing builds", { pyproject: { project: { name: "app", dependencies: [] } } }],
])("nothing is installed for %s", ([, given]) => {
  expect(chosen(given)).toBe(undefined);
});

const asked = (name: string): Partial<Settings> => ({ BP_PYTHON_PACKAGE_MANAGER: name });

test.for<[string, Inputs, Refusal]>([
  ...["conda", "Poetry", "uv@0.9", "__proto__"].map((name): [string, Inputs, Refusal] => [
    `BP_PYTHON_PACKAGE_MANAGER=${name}`,
    { files: ["requirements.txt"], settings: asked(name) },
    {
      code: "PYTHON_PACKAGE_MANAGER_INVALID",
      message: `BP_PYTHON_PACKAGE_MANAGER is "${name}", which is not a tool that installs packages`,
      hint: "Set it to pip, uv, poetry, pipenv or pdm; versions have variables of their own, such as BP_UV_VERSION.",
    },
  ]),
  [
    "two lockfiles and nobody who decides",
    { files: ["poetry.lock", "uv.lock"], pyproject: project },
    {
      code: "PYTHON_LOCKFILES_CONFLICT",
      message: "the app has lockfiles of several tools: uv.lock and poetry.lock",
      hint: "Delete those of the tools that you do not use; or set BP_PYTHON_PACKAGE_MANAGER to uv or poetry.",
    },
  ],
  [
    "three lockfiles, for two of which something speaks",
    { files: ["Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock"], pyproject: poetry },
    {
      code: "PYTHON_LOCKFILES_CONFLICT",
      message: "the app has lockfiles of several tools: uv.lock, poetry.lock and Pipfile.lock",
      hint: "Delete those of the tools that you do not use; or set BP_PYTHON_PACKAGE_MANAGER to uv, poetry or pipenv.",
    },
  ],
  [
    "a wish for a tool without its lockfile",
    { files: ["uv.lock", "requirements.txt"], pyproject: project, settings: asked("poetry") },
    {
      code: "PYTHON_LOCKFILE_OF_ANOTHER",
      message: "BP_PYTHON_PACKAGE_MANAGER asks for Poetry, but the app has only uv.lock and requirements.txt",
      hint: 'Run "poetry lock" and commit poetry.lock; before that "poetry init" if there is no pyproject.toml; or leave BP_PYTHON_PACKAGE_MANAGER out.',
    },
  ],
  [
    "a wish for a tool without any of its files",
    { settings: asked("pipenv") },
    {
      code: "PYTHON_LOCKFILE_OF_ANOTHER",
      message: "BP_PYTHON_PACKAGE_MANAGER asks for Pipenv, but the app has no Pipfile",
      hint: 'Run "pipenv install" and commit Pipfile and Pipfile.lock; or leave BP_PYTHON_PACKAGE_MANAGER out.',
    },
  ],
  [
    "a wish for pip without requirements",
    { files: ["Pipfile", "Pipfile.lock"], settings: asked("pip") },
    {
      code: "PYTHON_LOCKFILE_OF_ANOTHER",
      message: "BP_PYTHON_PACKAGE_MANAGER asks for pip, but the app has only Pipfile.lock",
      hint: 'Run "pip freeze > requirements.txt" and commit it; or leave BP_PYTHON_PACKAGE_MANAGER out.',
    },
  ],
  [
    "a lockfile whose other half is missing",
    { files: ["Pipfile.lock"] },
    {
      code: "PYTHON_LOCKFILE_ALONE",
      message: "the app has Pipfile.lock, but no Pipfile",
      hint: "Commit Pipfile, too; look for it in .gitignore, and check BP_PYTHON_PROJECT_PATH.",
    },
  ],
])("is refused: %s", ([, given, expected]) => {
  expect(() => chosen(given)).toThrow(expect.objectContaining(expected));
});

test.for<[keyof Settings & string, Inputs]>([
  ["BP_PIP_VERSION", { files: ["requirements.txt"] }],
  ["BP_UV_VERSION", { files: ["uv.lock"], pyproject: project }],
  ["BP_POETRY_VERSION", { files: ["poetry.lock"], pyproject: poetry }],
  ["BP_PIPENV_VERSION", { files: ["Pipfile", "Pipfile.lock"] }],
  ["BP_PDM_VERSION", { files: ["pdm.lock"], pyproject: pdm }],
])("%s is only the version of its own tool", ([name, given]) => {
  const settings = { ...others, [name]: ">=1.2" };
  expect(chosen({ ...given, settings })?.version).toEqual({ range: ">=1.2", source: name });
});

const others = {
  BP_PIP_VERSION: "9",
  BP_UV_VERSION: "9",
  BP_POETRY_VERSION: "9",
  BP_PIPENV_VERSION: "9",
  BP_PDM_VERSION: "9",
};

type Refusal = Readonly<Record<"code" | "message" | "hint", string>>;
