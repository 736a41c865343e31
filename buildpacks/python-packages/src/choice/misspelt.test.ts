import { expect, test } from "vitest";
import { missedFiles } from "./misspelt.ts";

test.for<[file: string, right: string]>([
  ["Requirements.txt", "requirements.txt"],
  ["REQUIREMENTS.TXT", "requirements.txt"],
  ["requirement.txt", "requirements.txt"],
  ["requirments.txt", "requirements.txt"],
  ["requirments", "requirements.txt"],
  ["requirements", "requirements.txt"],
  ["requierments.txt", "requirements.txt"],
  ["requirements.text", "requirements.txt"],
  ["requirements.txt.txt", "requirements.txt"],
  ["requirements.tx", "requirements.txt"],
  ["requirement.text", "requirements.txt"],
  ["reqirements.txt", "requirements.txt"],
  ["PyProject.toml", "pyproject.toml"],
  ["pyproject.tml", "pyproject.toml"],
  ["py-project.toml", "pyproject.toml"],
  ["pyporject.toml", "pyproject.toml"],
  ["Poetry.lock", "poetry.lock"],
  ["poetry.loc", "poetry.lock"],
  ["uv.loc", "uv.lock"],
  ["UV.lock", "uv.lock"],
  ["pipfile", "Pipfile"],
  ["Pipefile", "Pipfile"],
  ["pipfile.lock", "Pipfile.lock"],
  ["Pipfile.loc", "Pipfile.lock"],
])("the misspelled name %s should be %s", ([file, right]) => {
  expect(missedFiles(["app.py", file])).toMatchObject({
    code: "PYTHON_FILE_MISSPELT",
    message: "files of the app look like those that say what to install, but have other names",
    cause: `${file} is not read, ${right} would be`,
    hint: `Rename ${file}: git mv ${file} ${right}`,
  });
});

test("all misspelled names are reported", () => {
  expect(missedFiles(["pipfile", "pipfile.lock"])).toMatchObject({
    cause: "pipfile is not read, Pipfile would be; pipfile.lock is not read, Pipfile.lock would be",
    hint: "Rename pipfile: git mv pipfile Pipfile",
  });
});

const empty = "An app that needs no packages says so by an empty requirements.txt.";

test.for<[files: readonly string[], code: string, message: string, hint: string]>([
  [
    ["requirements-dev.txt", "requirements-prod.txt"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has no requirements.txt, but requirements-prod.txt",
    `Set BP_PIP_REQUIREMENT=requirements-prod.txt; or rename it to requirements.txt. ${empty}`,
  ],
  [
    ["requirements/"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has no requirements.txt, but requirements/",
    `Set BP_PIP_REQUIREMENT to a file in it, such as requirements/base.txt. ${empty}`,
  ],
  [
    ["requirements.in"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has no requirements.txt, but requirements.in",
    `Run "pip-compile requirements.in" and commit requirements.txt; or set BP_PIP_REQUIREMENT=requirements.in. ${empty}`,
  ],
  [
    ["requirements.lock"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has no requirements.txt, but requirements.lock",
    `Set BP_PIP_REQUIREMENT=requirements.lock; or rename it to requirements.txt. ${empty}`,
  ],
  [
    ["environment.yml"],
    "PYTHON_CONDA_UNSUPPORTED",
    "the app has environment.yml: packages of conda cannot be installed",
    `Name the packages in requirements.txt as the Python Package Index does. ${empty}`,
  ],
  [
    ["pixi.lock", "pixi.toml"],
    "PYTHON_CONDA_UNSUPPORTED",
    "the app has pixi.toml: packages of Pixi cannot be installed",
    `Name the packages in requirements.txt as the Python Package Index does. ${empty}`,
  ],
])("%j is reported", ([files, code, message, hint]) => {
  expect(missedFiles(files)).toMatchObject({ code, message, hint });
});

test.for<[files: readonly string[]]>([
  [[]],
  [["app.py", "setup.py", "setup.sh", "Procfile", "Profile", "Tiltfile", "go.lock", "README"]],
  [["requirements-dev.txt", "test-requirements.txt", "requirements_lint.txt", "docs-requirements.in"]],
  [["requirements.txt", "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile", "Pipfile.lock"]],
  [[`${"requirement".repeat(20_000)}s.txt`]],
])("no file of case %# is reported as misspelled", ([files]) => {
  expect(missedFiles(files)).toBe(undefined);
});
