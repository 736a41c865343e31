import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { python, type ReadOptions, readBy } from "../project/test-read.ts";
import { installArguments, lockedPackages } from "./pipenv.ts";
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
  ["only for default packages by default", {}, ["--deploy"]],
  [
    "for the categories in BP_PYTHON_GROUPS",
    { settings: { BP_PYTHON_GROUPS: "docs" } },
    ["--deploy", "--categories", "packages docs"],
  ],
  [
    "for all categories if BP_PYTHON_GROUPS is *",
    { settings: { BP_PYTHON_GROUPS: "*" } },
    ["--deploy", "--categories", "packages dev-packages docs"],
  ],
  [
    "for dev-packages if BP_PYTHON_GROUPS is dev",
    { settings: { BP_PYTHON_GROUPS: "dev" } },
    ["--deploy", "--categories", "packages dev-packages"],
  ],
  ["to skip locking if there is no lockfile", { lockfile: undefined }, ["--skip-lock"]],
])("Pipenv gets arguments %s", async ([, requests, expected]) => {
  expect(installArguments(await read({}, requests))).toEqual(["install", ...expected]);
});

test("packages in Pipfile.lock are read with version, files, scope and source", async () => {
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
  ["stays the same for changed code of the app", { "app.py": "" }, {}, []],
  ["stays the same for changed [scripts]", { Pipfile: pipfile().replace("app.py", "main.py") }, {}, []],
  ["stays the same for another URL of an index", { Pipfile: pipfile().replace("packages.ex", "mirror.ex") }, {}, []],
  [
    "stays the same for another digest of the Pipfile in the lockfile",
    { "Pipfile.lock": withSection({ _meta: {} }) },
    {},
    [],
  ],
  ["changes with a dependency's range", { Pipfile: pipfile().replace('six = "*"', 'six = ">=1"') }, {}, ["Pipfile"]],
  [
    "changes with the required Python version",
    { Pipfile: pipfile('[requires]\npython_version = "3.12"') },
    {},
    ["Pipfile"],
  ],
  ["changes with the locked packages", { "Pipfile.lock": withSection({ default: {} }) }, {}, ["Pipfile.lock"]],
  [
    "changes with the code of a local package that is copied",
    { "lib/lib.py": "changed" },
    local(false),
    ["package directories"],
  ],
  ["stays the same for changed code of an editable local package", { "lib/lib.py": "changed" }, local(true), []],
  [
    "changes with the manifest of an editable local package",
    { "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "2"\n' },
    local(true),
    ["pyproject.toml"],
  ],
])("the cache key of a Pipenv installation %s", async ([, files, base, expected]) => {
  const [before, after] = [await read(base), await read({ ...base, ...files })];
  const changed = Object.keys(after.inputs).filter((name) => after.inputs[name] !== before.inputs[name]);
  expect(changed).toEqual(expected);
});

test.for<[string, FileMap, ReadOptions, Readonly<Record<string, string>>]>([
  [
    "a lockfile with a merge conflict",
    { "Pipfile.lock": `{\n<<<<<<< HEAD\n${JSON.stringify(lock)}` },
    {},
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      message: "Pipfile.lock cannot be read",
      cause: "line 2 is a merge conflict marker",
      hint: 'Check out Pipfile.lock from one side of the merge, run "pipenv lock", and commit the file.',
    },
  ],
  ["a lockfile that is not JSON", { "Pipfile.lock": "{" }, {}, { code: "PACKAGES_LOCKFILE_INVALID" }],
  [
    "a lockfile nested 100 000 levels deep",
    { "Pipfile.lock": `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}` },
    {},
    { code: "PACKAGES_LOCKFILE_INVALID", cause: "it is nested more than 100 levels deep" },
  ],
  ["a lockfile that is not a JSON object", { "Pipfile.lock": "[]" }, {}, { cause: "it is not a JSON object" }],
  [
    "another python_version",
    { Pipfile: pipfile('[requires]\npython_version = "3.9"') },
    {},
    {
      code: "PYTHON_VERSION_UNSUITABLE",
      message: "Pipfile requires Python ==3.9.*, but this build uses 3.12.4",
      hint: "Set a matching Python in .python-version or BP_CPYTHON_VERSION; or change [requires] in Pipfile and update the lockfile.",
    },
  ],
  [
    "another python_full_version",
    { Pipfile: pipfile('[requires]\npython_full_version = "3.12.1"') },
    {},
    { message: "Pipfile requires Python ==3.12.1, but this build uses 3.12.4" },
  ],
  [
    "an unknown category",
    {},
    { settings: { BP_PYTHON_GROUPS: "web" } },
    { code: "PYTHON_GROUP_UNKNOWN", cause: "the project has dev, dev-packages, docs" },
  ],
  [
    "extras, which Pipenv does not have",
    {},
    { settings: { BP_PYTHON_EXTRAS: "web" } },
    { code: "PYTHON_EXTRA_UNKNOWN" },
  ],
])("a Pipenv project is refused for %s", async ([, files, requests, expected]) => {
  await expect(read(files, requests)).rejects.toThrow(expect.objectContaining(expected));
});
