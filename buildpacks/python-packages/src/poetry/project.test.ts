import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { type ReadOptions, readBy } from "../project/test-read.ts";
import { installArguments } from "./install.ts";
import { readProject } from "./project.ts";
import { withoutCredentials } from "./public-settings.ts";

const lockfile = (more = ""): string => `[[package]]
name = "six"
version = "1.16.0"
description = "utilities"
groups = ["main"]
files = [{file = "six-1.16.0-py3-none-any.whl", hash = "sha256:1"}]
${more}
[metadata]
lock-version = "2.1"
python-versions = "^3.10"
content-hash = "1"
`;

const pyproject = (more = ""): string => `[project]
name = "app"
version = "1.0.0"
dependencies = ["six"]
[project.optional-dependencies]
pg = ["driver"]
[tool.poetry]
package-mode = false
${more}
[tool.poetry.extras]
mail = ["aiosmtplib"]
[dependency-groups]
dev = ["lint"]
Web_Docs = ["docs"]
`;

const app: FileMap = { "pyproject.toml": pyproject(), "poetry.lock": lockfile() };

const read = (files: FileMap, requests: ReadOptions = {}) =>
  readBy(readProject, { ...app, ...files }, { lockfile: "poetry.lock", ...requests });

test.for<[string, NonNullable<ReadOptions["settings"]>, readonly string[]]>([
  ["nothing", {}, ["--only", "main"]],
  ["groups", { BP_PYTHON_GROUPS: "dev web-docs" }, ["--only", "main,dev,Web_Docs"]],
  ["other groups instead", { BP_POETRY_INSTALL_ONLY: "main, web-docs" }, ["--only", "main,Web_Docs"]],
  ["both", { BP_POETRY_INSTALL_ONLY: "dev", BP_PYTHON_GROUPS: "web_docs" }, ["--only", "dev,Web_Docs"]],
  ["extras", { BP_PYTHON_EXTRAS: "*" }, ["--only", "main", "--extras", "pg", "--extras", "mail"]],
])("Poetry gets the arguments %s", async ([, settings, expected]) => {
  const project = await read({}, { settings });
  expect(installArguments(project)).toEqual(["install", "--no-interaction", "--no-ansi", ...expected]);
});

test.for<[string, string, NonNullable<ReadOptions["settings"]>, readonly string[]]>([
  ["no packages", "[tool.poetry]\n", {}, []],
  ["only a Python", '[tool.poetry.dependencies]\npython = "^3.10"\n', {}, []],
  ["packages for development only", '[dependency-groups]\ndev = ["lint"]\nempty = []\n', {}, ["--without", "dev"]],
  [
    "packages in groups only",
    '[dependency-groups]\ndev = ["lint"]\nweb = ["flask"]\n',
    { BP_PYTHON_GROUPS: "web" },
    ["--with", "web", "--without", "dev"],
  ],
  [
    "groups with names of JavaScript",
    '[dependency-groups]\nconstructor = ["lint"]\n__proto__ = ["web"]\n',
    { BP_PYTHON_GROUPS: "constructor" },
    ["--with", "constructor", "--without", "__proto__"],
  ],
  [
    "an empty group",
    '[project]\ndependencies = ["six"]\n[dependency-groups]\nempty = []\n',
    { BP_PYTHON_GROUPS: "empty" },
    ["--only", "main"],
  ],
])("for a project with %s, Poetry gets only known groups", async ([, text, settings, expected]) => {
  const project = await readBy(readProject, { "pyproject.toml": text }, { settings });
  expect(installArguments(project).slice(3)).toEqual(expected);
});

/** Names of inputs that are not the same for two apps. */
async function changes(files: FileMap, base: FileMap = {}, requests: ReadOptions = {}): Promise<readonly string[]> {
  const [before, after] = [await read(base), await read({ ...base, ...files }, requests)];
  return Object.keys(after.inputs).filter((name) => after.inputs[name] !== before.inputs[name]);
}

const packaged: FileMap = { "pyproject.toml": pyproject().replace("package-mode = false\n", "") };

const withLib: FileMap = {
  "poetry.lock": lockfile(
    '[[package]]\nname = "lib"\nversion = "1"\nfiles = []\n[package.source]\ntype = "directory"\nurl = "lib"\n',
  ),
  "lib/pyproject.toml": '[project]\nname = "lib"\n',
  "lib/lib.py": "",
};

const linkedLib: FileMap = {
  ...withLib,
  "poetry.lock": String(withLib["poetry.lock"]).replace(
    "files = []\n[package.s",
    "files = []\ndevelop = true\n[package.s",
  ),
};

const source = '[[tool.poetry.source]]\nname = "private"\nurl = "https://packages.example.com/simple"';
const from = (url: string) => `[package.source]\ntype = "legacy"\nurl = "${url}"\nreference = "private"`;

test.for<[string, FileMap, FileMap, readonly string[]]>([
  ["other code", { "app.py": "changed" }, {}, []],
  ["the version of an app that is not a package", { "pyproject.toml": pyproject().replace("1.0.0", "1.0.1") }, {}, []],
  ["its description in Poetry's table", { "pyproject.toml": pyproject('description = "shop"') }, {}, []],
  ["settings of a linter", { "pyproject.toml": `${pyproject()}[tool.ruff]\nline-length = 100\n` }, {}, []],
  [
    "the address of an index",
    { "pyproject.toml": pyproject(source.replace("packages", "mirror")) },
    { "pyproject.toml": pyproject(source) },
    [],
  ],
  [
    "the address of an index in the lockfile",
    { "poetry.lock": lockfile(from("https://a.example.com")) },
    { "poetry.lock": lockfile(from("https://b.example.com")) },
    [],
  ],
  [
    "words in the lockfile",
    { "poetry.lock": lockfile().replace("utilities", "more").replace('hash = "1"', 'hash = "2"') },
    {},
    [],
  ],
  ["another package", { "poetry.lock": lockfile().replace("sha256:1", "sha256:2") }, {}, ["poetry.lock"]],
  ["another dependency", { "pyproject.toml": pyproject().replace('"six"', '"six>=1"') }, {}, ["pyproject.toml"]],
  [
    "the version of an app that is a package",
    { "pyproject.toml": String(packaged["pyproject.toml"]).replace("1.0.0", "1.0.1") },
    packaged,
    ["pyproject.toml"],
  ],
  ["how wheels are chosen", { "poetry.toml": '[installer]\nno-binary = ["six"]\n' }, {}, ["poetry.toml"]],
  [
    "where Poetry puts its own environments",
    { "poetry.toml": "[virtualenvs]\nin-project = true\n" },
    { "poetry.toml": "" },
    ["poetry.toml"].slice(1),
  ],
  ["code of a folder that is copied", { "lib/lib.py": "changed" }, withLib, ["folders of packages"]],
  ["code of a folder that is not copied", { "lib/lib.py": "changed" }, linkedLib, []],
  [
    "dependencies of a folder that is not copied",
    { "lib/pyproject.toml": '[project]\nname = "lib"\ndependencies = ["x"]\n' },
    linkedLib,
    ["pyproject.toml"],
  ],
])("%s changes the expected inputs of an installation: case %#", async ([, files, base, expected]) => {
  expect(await changes(files, base)).toEqual(expected);
});

test("the cache key of an installation includes groups, extras and variables", async () => {
  const requests = {
    settings: { BP_PYTHON_GROUPS: "dev", BP_PYTHON_EXTRAS: "pg" },
    env: { POETRY_INSTALLER_NO_BINARY: "six", POETRY_HTTP_BASIC_PRIVATE_PASSWORD: "s3cret" },
  };
  expect(await changes({}, {}, requests)).toEqual(["groups", "extras", "variables of Poetry"]);
});

test.for<[string, FileMap, ReadOptions, Readonly<Record<string, string>>]>([
  [
    "a merge conflict",
    { "poetry.lock": `<<<<<<< HEAD\n${lockfile()}=======\n>>>>>>> other\n` },
    {},
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      message: "poetry.lock cannot be read",
      cause: "line 1 is a mark of a merge conflict",
      hint: 'Take poetry.lock of one side of the merge, run "poetry lock", and commit the file.',
    },
  ],
  ["no TOML", { "poetry.lock": "[[package" }, {}, { code: "PACKAGES_LOCKFILE_INVALID" }],
  [
    "another Python",
    { "poetry.lock": lockfile().replace("^3.10", "^3.13") },
    {},
    { code: "PYTHON_VERSION_UNSUITABLE", message: "poetry.lock is for Python >=3.13,<4, the app is built with 3.12.4" },
  ],
  [
    "an unknown group",
    {},
    { settings: { BP_POETRY_INSTALL_ONLY: "main,prod" } },
    {
      code: "PYTHON_GROUP_UNKNOWN",
      message: 'BP_POETRY_INSTALL_ONLY names the group "prod", which the project does not have',
      cause: "it has main, dev, Web_Docs",
      hint: "Correct BP_POETRY_INSTALL_ONLY, or declare the group in pyproject.toml and lock the versions again.",
    },
  ],
  ["an unknown extra", {}, { settings: { BP_PYTHON_EXTRAS: "x" } }, { code: "PYTHON_EXTRA_UNKNOWN" }],
])("the Poetry project is refused: %s", async ([, files, requests, expected]) => {
  await expect(read(files, requests)).rejects.toThrow(expect.objectContaining(expected));
});

test.for<[string, string]>([
  ["[virtualenvs]\ncreate = false\n", "[virtualenvs]\ncreate = false\n"],
  [
    '[http-basic.a]\nusername = "me"\npassword = "s3cret"\n[installer]\nparallel = true\n',
    "[installer]\nparallel = true\n",
  ],
  ['http-basic.a.password = "s3cret"\n', ""],
  ['[http-basic]\na = {username = "me", password = "s3cret"}\n', ""],
  ['[pypi-token]\na = "s3cret"\n', ""],
  [
    '[repositories.a]\nurl = "https://packages.example.com/"\n',
    '[repositories.a]\nurl = "https://packages.example.com/"\n',
  ],
])("parts of a poetry.toml go into the image: %#", ([text, expected]) => {
  expect(withoutCredentials(text)).toBe(expected);
});
