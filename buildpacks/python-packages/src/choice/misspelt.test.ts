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
])("the file name %s is reported as a misspelling of %s", ([file, right]) => {
  expect(missedFiles(["app.py", file])).toMatchObject({
    code: "PYTHON_FILE_MISSPELT",
    message: `${file} looks like a list of packages, but has an unexpected name`,
    cause: `${file} is ignored; the expected name is ${right}`,
    hint: `Rename ${file}: git mv ${file} ${right}`,
  });
});

test("all misspelled file names are reported together", () => {
  expect(missedFiles(["pipfile", "pipfile.lock"])).toMatchObject({
    message: "pipfile, pipfile.lock look like lists of packages, but have unexpected names",
    cause:
      "pipfile is ignored; the expected name is Pipfile; pipfile.lock is ignored; the expected name is Pipfile.lock",
    hint: "Rename pipfile: git mv pipfile Pipfile",
  });
});

const empty = "If the app needs no packages, add an empty requirements.txt.";

test.for<[files: readonly string[], code: string, message: string, hint: string]>([
  [
    ["requirements-dev.txt", "requirements-prod.txt"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has requirements-prod.txt, but no requirements.txt",
    `Set BP_PIP_REQUIREMENT=requirements-prod.txt; or rename it to requirements.txt. ${empty}`,
  ],
  [
    ["requirements/"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has requirements/, but no requirements.txt",
    `Set BP_PIP_REQUIREMENT to a file in this directory, such as requirements/base.txt. ${empty}`,
  ],
  [
    ["requirements.in"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has requirements.in, but no requirements.txt",
    `Run "pip-compile requirements.in" and commit requirements.txt; or set BP_PIP_REQUIREMENT=requirements.in. ${empty}`,
  ],
  [
    ["requirements.lock"],
    "PYTHON_REQUIREMENTS_UNCLEAR",
    "the app has requirements.lock, but no requirements.txt",
    `Set BP_PIP_REQUIREMENT=requirements.lock; or rename it to requirements.txt. ${empty}`,
  ],
  [
    ["environment.yml"],
    "PYTHON_CONDA_UNSUPPORTED",
    "the app has environment.yml: this buildpack cannot install conda packages",
    `List the packages in requirements.txt under their names in the Python Package Index. ${empty}`,
  ],
  [
    ["pixi.lock", "pixi.toml"],
    "PYTHON_CONDA_UNSUPPORTED",
    "the app has pixi.toml: this buildpack cannot install Pixi packages",
    `List the packages in requirements.txt under their names in the Python Package Index. ${empty}`,
  ],
])("python-packages reports an app that has only the files %j, and gives a hint", ([files, code, message, hint]) => {
  expect(missedFiles(files)).toMatchObject({ code, message, hint });
});

test.for<[title: string, files: readonly string[]]>([
  ["without files", []],
  ["with unrelated files", ["app.py", "setup.py", "setup.sh", "Procfile", "Profile", "Tiltfile", "go.lock", "README"]],
  [
    "with requirements for development only",
    ["requirements-dev.txt", "test-requirements.txt", "requirements_lint.txt", "docs-requirements.in"],
  ],
  [
    "with correct names",
    ["requirements.txt", "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile", "Pipfile.lock"],
  ],
  ["with a file name of 220 000 characters", [`${"requirement".repeat(20_000)}s.txt`]],
])("no misspelled file name is reported for an app %s", ([, files]) => {
  expect(missedFiles(files)).toBe(undefined);
});
