import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { type ReadOptions, readBy } from "../project/test-read.ts";
import { installArguments } from "./poetry.ts";
import { readProject, withoutCredentials } from "./project.ts";

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
  ["only for main dependencies by default", {}, ["--only", "main"]],
  ["for the groups in BP_PYTHON_GROUPS", { BP_PYTHON_GROUPS: "dev web-docs" }, ["--only", "main,dev,Web_Docs"]],
  [
    "for the groups in BP_POETRY_INSTALL_ONLY alone",
    { BP_POETRY_INSTALL_ONLY: "main, web-docs" },
    ["--only", "main,Web_Docs"],
  ],
  [
    "for the groups in both BP_POETRY_INSTALL_ONLY and BP_PYTHON_GROUPS",
    { BP_POETRY_INSTALL_ONLY: "dev", BP_PYTHON_GROUPS: "web_docs" },
    ["--only", "dev,Web_Docs"],
  ],
  [
    "for all extras if BP_PYTHON_EXTRAS is *",
    { BP_PYTHON_EXTRAS: "*" },
    ["--only", "main", "--extras", "pg", "--extras", "mail"],
  ],
])("Poetry gets arguments %s", async ([, settings, expected]) => {
  const project = await read({}, { settings });
  expect(installArguments(project)).toEqual(["install", "--no-interaction", "--no-ansi", ...expected]);
});

test.for<[string, string, NonNullable<ReadOptions["settings"]>, readonly string[]]>([
  ["no packages", "[tool.poetry]\n", {}, []],
  ["a Python version but no packages", '[tool.poetry.dependencies]\npython = "^3.10"\n', {}, []],
  ["development packages only", '[dependency-groups]\ndev = ["lint"]\nempty = []\n', {}, ["--without", "dev"]],
  [
    "packages in groups only",
    '[dependency-groups]\ndev = ["lint"]\nweb = ["flask"]\n',
    { BP_PYTHON_GROUPS: "web" },
    ["--with", "web", "--without", "dev"],
  ],
  [
    "groups named like members of JavaScript objects",
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
])("Poetry gets only arguments for known groups of a project with %s", async ([, text, settings, expected]) => {
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
  ["stays the same for changed code of the app", { "app.py": "changed" }, {}, []],
  [
    "stays the same for another version of an app that is not a package",
    { "pyproject.toml": pyproject().replace("1.0.0", "1.0.1") },
    {},
    [],
  ],
  [
    "stays the same for another description in [tool.poetry]",
    { "pyproject.toml": pyproject('description = "shop"') },
    {},
    [],
  ],
  [
    "stays the same for changed settings of a linter",
    { "pyproject.toml": `${pyproject()}[tool.ruff]\nline-length = 100\n` },
    {},
    [],
  ],
  [
    "stays the same for another URL of an index",
    { "pyproject.toml": pyproject(source.replace("packages", "mirror")) },
    { "pyproject.toml": pyproject(source) },
    [],
  ],
  [
    "stays the same for another URL of an index in the lockfile",
    { "poetry.lock": lockfile(from("https://a.example.com")) },
    { "poetry.lock": lockfile(from("https://b.example.com")) },
    [],
  ],
  [
    "stays the same for another description or content hash in the lockfile",
    { "poetry.lock": lockfile().replace("utilities", "more").replace('hash = "1"', 'hash = "2"') },
    {},
    [],
  ],
  [
    "changes with a package's digest",
    { "poetry.lock": lockfile().replace("sha256:1", "sha256:2") },
    {},
    ["poetry.lock"],
  ],
  [
    "changes with a dependency's range",
    { "pyproject.toml": pyproject().replace('"six"', '"six>=1"') },
    {},
    ["pyproject.toml"],
  ],
  [
    "changes with the version of an app that is a package",
    { "pyproject.toml": String(packaged["pyproject.toml"]).replace("1.0.0", "1.0.1") },
    packaged,
    ["pyproject.toml"],
  ],
  [
    "changes with the choice of wheels in poetry.toml",
    { "poetry.toml": '[installer]\nno-binary = ["six"]\n' },
    {},
    ["poetry.toml"],
  ],
  [
    "stays the same for another location of virtual environments",
    { "poetry.toml": "[virtualenvs]\nin-project = true\n" },
    { "poetry.toml": "" },
    ["poetry.toml"].slice(1),
  ],
  [
    "changes with the code of a local package that is copied",
    { "lib/lib.py": "changed" },
    withLib,
    ["package directories"],
  ],
  ["stays the same for changed code of an editable local package", { "lib/lib.py": "changed" }, linkedLib, []],
  [
    "changes with the dependencies of an editable local package",
    { "lib/pyproject.toml": '[project]\nname = "lib"\ndependencies = ["x"]\n' },
    linkedLib,
    ["pyproject.toml"],
  ],
])("the cache key of a Poetry installation %s", async ([, files, base, expected]) => {
  expect(await changes(files, base)).toEqual(expected);
});

test("the cache key of a Poetry installation includes groups, extras and environment variables", async () => {
  const requests = {
    settings: { BP_PYTHON_GROUPS: "dev", BP_PYTHON_EXTRAS: "pg" },
    env: { POETRY_INSTALLER_NO_BINARY: "six", POETRY_HTTP_BASIC_PRIVATE_PASSWORD: "s3cret" },
  };
  expect(await changes({}, {}, requests)).toEqual(["groups", "extras", "Poetry environment variables"]);
});

test.for<[string, FileMap, ReadOptions, Readonly<Record<string, string>>]>([
  [
    "a lockfile with a merge conflict",
    { "poetry.lock": `<<<<<<< HEAD\n${lockfile()}=======\n>>>>>>> other\n` },
    {},
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      message: "poetry.lock cannot be read",
      cause: "line 1 is a merge conflict marker",
      hint: 'Check out poetry.lock from one side of the merge, run "poetry lock", and commit the file.',
    },
  ],
  ["a lockfile that is not TOML", { "poetry.lock": "[[package" }, {}, { code: "PACKAGES_LOCKFILE_INVALID" }],
  [
    "a lockfile for another Python version",
    { "poetry.lock": lockfile().replace("^3.10", "^3.13") },
    {},
    { code: "PYTHON_VERSION_UNSUITABLE", message: "poetry.lock requires Python >=3.13,<4, but this build uses 3.12.4" },
  ],
  [
    "an unknown group",
    {},
    { settings: { BP_POETRY_INSTALL_ONLY: "main,prod" } },
    {
      code: "PYTHON_GROUP_UNKNOWN",
      message: 'BP_POETRY_INSTALL_ONLY names the group "prod", which the project does not have',
      cause: "the project has main, dev, Web_Docs",
      hint: expect.stringMatching(
        /^Correct BP_POETRY_INSTALL_ONLY, or declare the group ".+" in pyproject\.toml and update the lockfile\.$/,
      ),
    },
  ],
  ["an unknown extra", {}, { settings: { BP_PYTHON_EXTRAS: "x" } }, { code: "PYTHON_EXTRA_UNKNOWN" }],
])("a Poetry project is refused for %s", async ([, files, requests, expected]) => {
  await expect(read(files, requests)).rejects.toThrow(expect.objectContaining(expected));
});

test.for<[string, string, string]>([
  ["the settings of virtual environments", "[virtualenvs]\ncreate = false\n", "[virtualenvs]\ncreate = false\n"],
  [
    "everything but a table of credentials",
    '[http-basic.a]\nusername = "me"\npassword = "s3cret"\n[installer]\nparallel = true\n',
    "[installer]\nparallel = true\n",
  ],
  ["no credentials with a dotted key", 'http-basic.a.password = "s3cret"\n', ""],
  ["no credentials in an inline table", '[http-basic]\na = {username = "me", password = "s3cret"}\n', ""],
  ["no token for uploads", '[pypi-token]\na = "s3cret"\n', ""],
  [
    "the URL of a repository",
    '[repositories.a]\nurl = "https://packages.example.com/"\n',
    '[repositories.a]\nurl = "https://packages.example.com/"\n',
  ],
])("the poetry.toml in the image has %s", ([, text, expected]) => {
  expect(withoutCredentials(text)).toBe(expected);
});
