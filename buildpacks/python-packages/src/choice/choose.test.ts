import type { s } from "libcnb";
import { expect, test } from "vitest";
import type { Settings } from "../contract.ts";
import type { ManagerChoice } from "../package-manager.ts";
import { chooseManager } from "./choose.ts";

interface Inputs {
  readonly files?: readonly string[];
  readonly pyproject?: s.Table;
  readonly uvToml?: s.Table;
  readonly settings?: Partial<Settings>;
}

const chosen = ({ files = [], pyproject, uvToml, settings = {} }: Inputs) =>
  chooseManager({ settings, uvToml, files: pyproject === undefined ? files : ["pyproject.toml", ...files], pyproject });

const project: s.Table = { project: { name: "app", dependencies: ["six"] } };
const poetry: s.Table = { tool: { poetry: { name: "app" } } };
const uv: s.Table = { ...project, tool: { uv: {} } };
const pdm: s.Table = { ...project, tool: { pdm: {} } };

type ExpectedChoice = Pick<ManagerChoice, "name" | "source"> & Partial<ManagerChoice>;

const by = (name: ManagerChoice["name"], lockfile: string): ExpectedChoice => ({ name, source: lockfile, lockfile });

const ignored = (file: string, decider: string, owner?: string): string =>
  `${file} is ignored: ${decider} takes precedence. Delete ${file}${owner === undefined ? "" : `, or set BP_PYTHON_PACKAGE_MANAGER=${owner} to install from it`}.`;

const unlocked = (title: string, lockfile: string, command: string): string =>
  `There is no ${lockfile}: ${title} installs the newest versions that the app accepts, and another build may install different ones. Run "${command}" and commit ${lockfile}.`;

const pipUnlocked = unlocked("pip", "requirements.txt", "pip freeze > requirements.txt");
const poetryUnlocked = unlocked("Poetry", "poetry.lock", "poetry lock");

test.for<[string, Inputs, ExpectedChoice]>([
  ["pip for requirements.txt", { files: ["requirements.txt"] }, by("pip", "requirements.txt")],
  ["uv for uv.lock", { files: ["uv.lock"], pyproject: project }, by("uv", "uv.lock")],
  ["Poetry for poetry.lock", { files: ["poetry.lock"], pyproject: poetry }, by("poetry", "poetry.lock")],
  ["PDM for pdm.lock", { files: ["pdm.lock"], pyproject: pdm }, by("pdm", "pdm.lock")],
  ["Pipenv for Pipfile.lock", { files: ["Pipfile", "Pipfile.lock"] }, by("pipenv", "Pipfile.lock")],
  ["pip for pylock.toml", { files: ["pylock.toml"], pyproject: project }, by("pip", "pylock.toml")],
  [
    "PDM for pylock.toml of a project with [tool.pdm]",
    { files: ["pylock.toml"], pyproject: pdm },
    by("pdm", "pylock.toml"),
  ],
  [
    "pip for requirements.txt if pyproject.toml only configures a linter",
    { files: ["requirements.txt"], pyproject: { tool: { ruff: {} } } },
    by("pip", "requirements.txt"),
  ],
  [
    "pip for requirements.txt next to setup.py",
    { files: ["requirements.txt", "setup.py"] },
    by("pip", "requirements.txt"),
  ],
  [
    "pip for requirements.txt of a Poetry project without poetry.lock",
    { files: ["requirements.txt"], pyproject: poetry },
    {
      ...by("pip", "requirements.txt"),
      losers: ["Poetry from [tool.poetry] in pyproject.toml is ignored"],
    },
  ],
  [
    "pip for requirements.txt next to a Pipfile without Pipfile.lock",
    { files: ["requirements.txt", "Pipfile"] },
    { ...by("pip", "requirements.txt"), losers: ["Pipenv from Pipfile is ignored"] },
  ],
  [
    "pip for requirements.txt next to a poetry.lock without pyproject.toml",
    { files: ["requirements.txt", "poetry.lock"] },
    {
      ...by("pip", "requirements.txt"),
      warnings: [ignored("poetry.lock", "requirements.txt", "poetry")],
    },
  ],
  [
    "uv for uv.lock next to requirements.txt",
    { files: ["requirements.txt", "uv.lock"], pyproject: project },
    { ...by("uv", "uv.lock"), warnings: [ignored("requirements.txt", "uv.lock", "pip")] },
  ],
  [
    "uv for uv.lock next to a pylock.toml",
    { files: ["pylock.toml", "uv.lock"], pyproject: project },
    { ...by("uv", "uv.lock"), warnings: [ignored("pylock.toml", "uv.lock", "pip")] },
  ],
  [
    "Poetry for two lockfiles if pyproject.toml has [tool.poetry]",
    { files: ["poetry.lock", "uv.lock"], pyproject: poetry },
    {
      name: "poetry",
      source: "[tool.poetry] in pyproject.toml",
      lockfile: "poetry.lock",
      warnings: [ignored("uv.lock", "[tool.poetry] in pyproject.toml", "uv")],
    },
  ],
  [
    "uv for two lockfiles if the build backend is uv_build",
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
    "the tool in BP_PYTHON_PACKAGE_MANAGER if there are several lockfiles",
    {
      files: ["poetry.lock", "uv.lock", "requirements.txt"],
      pyproject: { tool: { poetry: {}, uv: {} } },
      settings: { BP_PYTHON_PACKAGE_MANAGER: " uv " },
    },
    {
      name: "uv",
      source: "BP_PYTHON_PACKAGE_MANAGER",
      lockfile: "uv.lock",
      losers: ["Poetry from [tool.poetry] in pyproject.toml is ignored"],
      warnings: [
        ignored("poetry.lock", "BP_PYTHON_PACKAGE_MANAGER"),
        ignored("requirements.txt", "BP_PYTHON_PACKAGE_MANAGER"),
      ],
    },
  ],
  [
    "pip for requirements.txt next to uv.lock if BP_PYTHON_PACKAGE_MANAGER is pip",
    { files: ["uv.lock", "requirements.txt"], pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "pip" } },
    {
      name: "pip",
      source: "BP_PYTHON_PACKAGE_MANAGER",
      lockfile: "requirements.txt",
      warnings: [ignored("uv.lock", "BP_PYTHON_PACKAGE_MANAGER")],
    },
  ],
  [
    "the tool in BP_PYTHON_PACKAGE_MANAGER if there is no lockfile",
    { pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "poetry" } },
    { name: "poetry", source: "BP_PYTHON_PACKAGE_MANAGER", warnings: [poetryUnlocked] },
  ],
  [
    "pip for a project with uv.lock alone if BP_PYTHON_PACKAGE_MANAGER is pip",
    { files: ["uv.lock"], pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "pip" } },
    {
      name: "pip",
      source: "BP_PYTHON_PACKAGE_MANAGER",
      warnings: [ignored("uv.lock", "BP_PYTHON_PACKAGE_MANAGER"), pipUnlocked],
    },
  ],
  [
    "PDM for pylock.toml if BP_PYTHON_PACKAGE_MANAGER is pdm",
    { files: ["pylock.toml"], pyproject: project, settings: { BP_PYTHON_PACKAGE_MANAGER: "pdm" } },
    { name: "pdm", source: "BP_PYTHON_PACKAGE_MANAGER", lockfile: "pylock.toml" },
  ],
  [
    "pip for the files in BP_PIP_REQUIREMENT",
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
    "the tool in BP_PYTHON_PACKAGE_MANAGER even if BP_PIP_REQUIREMENT is set",
    {
      files: ["uv.lock"],
      pyproject: project,
      settings: { BP_PYTHON_PACKAGE_MANAGER: "uv", BP_PIP_REQUIREMENT: "prod.txt" },
    },
    { name: "uv", source: "BP_PYTHON_PACKAGE_MANAGER", lockfile: "uv.lock" },
  ],
  [
    "Pipenv for a Pipfile without a lockfile",
    { files: ["Pipfile"] },
    { name: "pipenv", source: "Pipfile", warnings: [unlocked("Pipenv", "Pipfile.lock", "pipenv lock")] },
  ],
  [
    "Poetry for [tool.poetry] without a lockfile",
    { pyproject: poetry },
    { name: "poetry", source: "[tool.poetry] in pyproject.toml", warnings: [poetryUnlocked] },
  ],
  [
    "Poetry for a project whose build backend is Poetry",
    { pyproject: { ...project, "build-system": { "build-backend": "poetry.core.masonry.api" } } },
    {
      name: "poetry",
      source: 'build-backend = "poetry.core.masonry.api" in pyproject.toml',
      warnings: [poetryUnlocked],
    },
  ],
  [
    "Poetry for a project with [tool.poetry] whose build backend is Poetry",
    { pyproject: { ...poetry, "build-system": { "build-backend": "poetry.core.masonry.api" } } },
    { name: "poetry", source: "[tool.poetry] in pyproject.toml", warnings: [poetryUnlocked] },
  ],
  [
    "uv for [tool.uv] without a lockfile",
    { pyproject: uv },
    { name: "uv", source: "[tool.uv] in pyproject.toml", warnings: [unlocked("uv", "uv.lock", "uv lock")] },
  ],
  [
    "PDM for a project whose build backend is PDM, without a lockfile",
    { pyproject: { ...project, "build-system": { "build-backend": "pdm.backend" } } },
    {
      name: "pdm",
      source: 'build-backend = "pdm.backend" in pyproject.toml',
      warnings: [unlocked("PDM", "pdm.lock", "pdm lock")],
    },
  ],
  [
    "pip for dependencies in a pyproject.toml that names no tool",
    { pyproject: project },
    { name: "pip", source: "pyproject.toml", warnings: [pipUnlocked] },
  ],
  [
    "pip for a build backend that belongs to no tool",
    { pyproject: { project: { name: "app" }, "build-system": { "build-backend": "hatchling.build" } } },
    { name: "pip", source: "pyproject.toml", warnings: [pipUnlocked] },
  ],
  ["pip for setup.py", { files: ["setup.py"] }, { name: "pip", source: "setup.py", warnings: [pipUnlocked] }],
  [
    "the version of Poetry in requires-poetry",
    { files: ["poetry.lock"], pyproject: { tool: { poetry: { "requires-poetry": ">=2.1" } } } },
    {
      ...by("poetry", "poetry.lock"),
      version: { range: ">=2.1", source: "tool.poetry.requires-poetry in pyproject.toml" },
    },
  ],
  [
    "the version of uv in BP_UV_VERSION instead of required-version in pyproject.toml",
    {
      files: ["uv.lock"],
      pyproject: { ...project, tool: { uv: { "required-version": ">=0.9" } } },
      settings: { BP_UV_VERSION: " 0.11 ", BP_POETRY_VERSION: "1.8" },
    },
    { ...by("uv", "uv.lock"), version: { range: "0.11", source: "BP_UV_VERSION" } },
  ],
  [
    "the version of uv in uv.toml instead of the version in pyproject.toml",
    {
      files: ["uv.lock"],
      pyproject: { ...project, tool: { uv: { "required-version": ">=0.9" } } },
      uvToml: { "required-version": ">=0.10" },
    },
    { ...by("uv", "uv.lock"), version: { range: ">=0.10", source: "required-version in uv.toml" } },
  ],
  [
    "pip for requirements.txt if the tables in pyproject.toml have wrong types",
    { files: ["requirements.txt"], pyproject: { project: "app", tool: [], "build-system": { "build-backend": 1 } } },
    by("pip", "requirements.txt"),
  ],
])("python-packages chooses %s", ([, given, expected]) => {
  const none = { lockfile: undefined, version: undefined, losers: [], warnings: [] };
  expect(chosen(given)).toEqual({ ...none, ...expected });
});

test.for<[string, Inputs]>([
  ["an app without files", {}],
  ["an app that has only code", { files: ["app.py", "templates/"] }],
  ["a pyproject.toml that only configures a linter", { pyproject: { tool: { ruff: {} } } }],
  ["a project without dependencies and build backend", { pyproject: { project: { name: "app", dependencies: [] } } }],
])("python-packages chooses no package manager for %s", ([, given]) => {
  expect(chosen(given)).toBe(undefined);
});

const asked = (name: string): Partial<Settings> => ({ BP_PYTHON_PACKAGE_MANAGER: name });

test.for<[string, Inputs, Refusal]>([
  ...["conda", "Poetry", "uv@0.9", "__proto__"].map((name): [string, Inputs, Refusal] => [
    `the unknown tool in BP_PYTHON_PACKAGE_MANAGER=${name}`,
    { files: ["requirements.txt"], settings: asked(name) },
    {
      code: "PYTHON_PACKAGE_MANAGER_INVALID",
      message: `BP_PYTHON_PACKAGE_MANAGER is "${name}", which is not a supported package manager`,
      hint: 'Set BP_PYTHON_PACKAGE_MANAGER to "pip", "uv", "poetry", "pipenv" or "pdm". To choose a version, set a variable such as BP_UV_VERSION.',
    },
  ]),
  [
    "two lockfiles if no setting selects one of them",
    { files: ["poetry.lock", "uv.lock"], pyproject: project },
    {
      code: "PYTHON_LOCKFILES_CONFLICT",
      message: "the app has lockfiles of several tools: uv.lock and poetry.lock",
      hint: "Delete the lockfiles of the tools that you do not use; or set BP_PYTHON_PACKAGE_MANAGER to uv or poetry.",
    },
  ],
  [
    "three lockfiles if the app's files point to two tools",
    { files: ["Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock"], pyproject: poetry },
    {
      code: "PYTHON_LOCKFILES_CONFLICT",
      message: "the app has lockfiles of several tools: uv.lock, poetry.lock and Pipfile.lock",
      hint: "Delete the lockfiles of the tools that you do not use; or set BP_PYTHON_PACKAGE_MANAGER to uv, poetry or pipenv.",
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER=poetry if the app has other lockfiles only",
    { files: ["uv.lock", "requirements.txt"], pyproject: project, settings: asked("poetry") },
    {
      code: "PYTHON_LOCKFILE_OF_ANOTHER",
      message: "BP_PYTHON_PACKAGE_MANAGER requests Poetry, but the app has only uv.lock and requirements.txt",
      hint: 'Run "poetry lock" and commit poetry.lock (without a pyproject.toml, first run "poetry init"); or unset BP_PYTHON_PACKAGE_MANAGER.',
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER=pipenv if the app has no Pipfile",
    { settings: asked("pipenv") },
    {
      code: "PYTHON_LOCKFILE_OF_ANOTHER",
      message: "BP_PYTHON_PACKAGE_MANAGER requests Pipenv, but the app has no Pipfile",
      hint: 'Run "pipenv install" and commit Pipfile and Pipfile.lock; or unset BP_PYTHON_PACKAGE_MANAGER.',
    },
  ],
  [
    "BP_PYTHON_PACKAGE_MANAGER=pip if the app has no requirements",
    { files: ["Pipfile", "Pipfile.lock"], settings: asked("pip") },
    {
      code: "PYTHON_LOCKFILE_OF_ANOTHER",
      message: "BP_PYTHON_PACKAGE_MANAGER requests pip, but the app has only Pipfile.lock",
      hint: 'Run "pip freeze > requirements.txt" and commit it; or unset BP_PYTHON_PACKAGE_MANAGER.',
    },
  ],
  [
    "a Pipfile.lock without a Pipfile",
    { files: ["Pipfile.lock"] },
    {
      code: "PYTHON_LOCKFILE_ALONE",
      message: "the app has Pipfile.lock, but no Pipfile",
      hint: "Commit Pipfile as well, and check that .gitignore does not exclude it. If the project is in a subdirectory, set BP_PYTHON_PROJECT_PATH to the path of that directory, such as backend.",
    },
  ],
])("python-packages refuses %s", ([, given, expected]) => {
  expect(() => chosen(given)).toThrow(expect.objectContaining(expected));
});

test.for<[keyof Settings & string, Inputs]>([
  ["BP_PIP_VERSION", { files: ["requirements.txt"] }],
  ["BP_UV_VERSION", { files: ["uv.lock"], pyproject: project }],
  ["BP_POETRY_VERSION", { files: ["poetry.lock"], pyproject: poetry }],
  ["BP_PIPENV_VERSION", { files: ["Pipfile", "Pipfile.lock"] }],
  ["BP_PDM_VERSION", { files: ["pdm.lock"], pyproject: pdm }],
])("%s selects the version only of the package manager in its name", ([name, given]) => {
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
