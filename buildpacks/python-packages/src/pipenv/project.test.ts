import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { python, type ReadOptions, readBy } from "../project/test-read.ts";
import { installArguments } from "./install.ts";
import { lockedPackages } from "./locked.ts";
import { readProject } from "./project.ts";

const pipfile = (more = ""): string => `[[source]]
name = "private"
url = "https://packages.example.com/simple"
[packages]
six = "*"
[dev-packages]
lint = {version = "*", index = "private"}
[docs]
docs = "*"
${more}
[scripts]
start = "python app.py"
`;

const lock = {
  _meta: { hash: { sha256: "1" }, sources: [{ name: "private", url: "https://packages.example.com/simple" }] },
  default: { six: { hashes: ["sha256:1", "sha256:2"], index: "private", version: "==1.16.0" } },
  develop: {
    lint: { hashes: ["sha256:3"], version: "===1.0" },
    six: { version: "==1.16.0" },
    windows: { markers: "sys_platform == 'win32'", version: "==1.0" },
    fork: { git: "https://me:s3cret@git.example.com/fork.git", ref: "abc" },
  },
  docs: { docs: { file: "https://files.example.com/docs-1.0.zip" } },
};

const withSection = (section: object): string => JSON.stringify({ ...lock, ...section });

const app: FileMap = { Pipfile: pipfile(), "Pipfile.lock": JSON.stringify(lock) };

const read = (files: FileMap, requests: ReadOptions = {}) =>
  readBy(readProject, { ...app, ...files }, { lockfile: "Pipfile.lock", ...requests });

test.for<[string, ReadOptions, readonly string[]]>([
  ["nothing", {}, ["--deploy"]],
  ["categories", { settings: { BP_PYTHON_GROUPS: "docs" } }, ["--deploy", "--categories", "packages docs"]],
  ["all", { settings: { BP_PYTHON_GROUPS: "*" } }, ["--deploy", "--categories", "packages dev-packages docs"]],
  ["development", { settings: { BP_PYTHON_GROUPS: "dev" } }, ["--deploy", "--categories", "packages dev-packages"]],
  ["to do without a lockfile", { lockfile: undefined }, ["--skip-lock"]],
])("Pipenv gets the arguments %s", async ([, requests, expected]) => {
  expect(installArguments(await read({}, requests))).toEqual(["install", ...expected]);
});

test("packages are read from a lockfile", async () => {
  const project = await read({});
  expect(await lockedPackages(project.lock, project.categories, python.markers)).toEqual([
    {
      name: "six",
      version: "1.16.0",
      files: [
        { name: undefined, hash: "sha256:1" },
        { name: undefined, hash: "sha256:2" },
      ],
      scope: "runtime",
    },
    { name: "lint", version: "1.0", files: [{ name: undefined, hash: "sha256:3" }], scope: "development" },
    {
      name: "fork",
      version: undefined,
      files: [],
      scope: "development",
      source: "git+https://git.example.com/fork.git@abc",
    },
    {
      name: "docs",
      version: undefined,
      files: [],
      scope: "development",
      source: "https://files.example.com/docs-1.0.zip",
    },
  ]);
});

const local = (isEditable: boolean): FileMap => ({
  "Pipfile.lock": withSection({ default: { lib: { path: "./lib", ...(isEditable && { editable: true }) } } }),
  "lib/pyproject.toml": '[project]\nname = "lib"\n',
  "lib/lib.py": "",
});

test.for<[string, FileMap, FileMap, readonly string[]]>([
  ["other code", { "app.py": "" }, {}, []],
  ["the app's own scripts", { Pipfile: pipfile().replace("app.py", "main.py") }, {}, []],
  ["the address of an index", { Pipfile: pipfile().replace("packages.ex", "mirror.ex") }, {}, []],
  ["the digest of the Pipfile", { "Pipfile.lock": withSection({ _meta: {} }) }, {}, []],
  ["another dependency", { Pipfile: pipfile().replace('six = "*"', 'six = ">=1"') }, {}, ["Pipfile"]],
  ["another Python", { Pipfile: pipfile('[requires]\npython_version = "3.12"') }, {}, ["Pipfile"]],
  ["another package", { "Pipfile.lock": withSection({ default: {} }) }, {}, ["Pipfile.lock"]],
  ["code of a folder that is copied", { "lib/lib.py": "changed" }, local(false), ["folders of packages"]],
  ["code of a folder that is not copied", { "lib/lib.py": "changed" }, local(true), []],
  [
    "the manifest of a folder that is not copied",
    { "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "2"\n' },
    local(true),
    ["pyproject.toml"],
  ],
])("%s changes the expected inputs of an installation: case %#", async ([, files, base, expected]) => {
  const [before, after] = [await read(base), await read({ ...base, ...files })];
  const changed = Object.keys(after.inputs).filter((name) => after.inputs[name] !== before.inputs[name]);
  expect(changed).toEqual(expected);
});

test.for<[string, FileMap, ReadOptions, Readonly<Record<string, string>>]>([
  [
    "a merge conflict",
    { "Pipfile.lock": `{\n<<<<<<< HEAD\n${JSON.stringify(lock)}` },
    {},
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      message: "Pipfile.lock cannot be read",
      cause: "line 2 is a mark of a merge conflict",
      hint: 'Take Pipfile.lock of one side of the merge, run "pipenv lock", and commit the file.',
    },
  ],
  ["no JSON", { "Pipfile.lock": "{" }, {}, { code: "PACKAGES_LOCKFILE_INVALID" }],
  [
    "what no tool nests",
    { "Pipfile.lock": `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}` },
    {},
    { code: "PACKAGES_LOCKFILE_INVALID", cause: "it is nested more than 100 deep" },
  ],
  ["no object", { "Pipfile.lock": "[]" }, {}, { cause: "it is not a JSON object" }],
  [
    "another Python",
    { Pipfile: pipfile('[requires]\npython_version = "3.9"') },
    {},
    {
      code: "PYTHON_VERSION_UNSUITABLE",
      message: "Pipfile is for Python ==3.9.*, the app is built with 3.12.4",
      hint: "Set a Python that fits in .python-version or BP_CPYTHON_VERSION; or change [requires] in Pipfile and lock the versions again.",
    },
  ],
  [
    "another exact Python",
    { Pipfile: pipfile('[requires]\npython_full_version = "3.12.1"') },
    {},
    { message: "Pipfile is for Python ==3.12.1, the app is built with 3.12.4" },
  ],
  [
    "an unknown category",
    {},
    { settings: { BP_PYTHON_GROUPS: "web" } },
    { code: "PYTHON_GROUP_UNKNOWN", cause: "it has dev, dev-packages, docs" },
  ],
  ["extras", {}, { settings: { BP_PYTHON_EXTRAS: "web" } }, { code: "PYTHON_EXTRA_UNKNOWN" }],
])("the Pipenv project is refused: %s", async ([, files, requests, expected]) => {
  await expect(read(files, requests)).rejects.toThrow(expect.objectContaining(expected));
});
