import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { codeBeforeDownloads } from "../support/apps/reference-order.ts";

// What is wrong with the files of an app is reported before a runtime is downloaded.

const conflict = (text: string): string => `<<<<<<< HEAD\n${text}\n=======\n${text}\n>>>>>>> other\n`;
const packageJson = JSON.stringify({ name: "app", scripts: { start: "node server.js" } });
const pyproject = '[project]\nname = "app"\nversion = "1"\ndependencies = ["idna"]\n';

/** The error, the app, the code of the error, and environment variables of the user. */
type Case = readonly [string, FileMap, string, Readonly<Record<string, string>>?];

const python: readonly Case[] = [
  [
    "lockfiles of two tools",
    { "pyproject.toml": pyproject, "uv.lock": "", "poetry.lock": "" },
    "PYTHON_LOCKFILES_CONFLICT",
  ],
  ["a misspelled file name", { "requirments.txt": "" }, "PYTHON_FILE_MISSPELT"],
  ["a requirements file with an unusual name", { "requirements-prod.txt": "" }, "PYTHON_REQUIREMENTS_UNCLEAR"],
  [
    "a missing requirements file named by a variable",
    { "requirements.txt": "" },
    "PYTHON_REQUIREMENTS_MISSING",
    { BP_PIP_REQUIREMENT: "prod.txt" },
  ],
  ["a missing included requirements file", { "requirements.txt": "-r base.txt\n" }, "PYTHON_REQUIREMENTS_MISSING"],
  ["conda packages", { "environment.yml": "" }, "PYTHON_CONDA_UNSUPPORTED"],
  ["a lockfile without its manifest", { "uv.lock": "" }, "PYTHON_LOCKFILE_ALONE"],
  [
    "a merge conflict in uv.lock",
    { "pyproject.toml": pyproject, "uv.lock": conflict("version = 1") },
    "PACKAGES_LOCKFILE_INVALID",
  ],
  ["a merge conflict in Pipfile.lock", { Pipfile: "", "Pipfile.lock": conflict("{}") }, "PACKAGES_LOCKFILE_INVALID"],
  [
    "a tool that does not exist",
    { "requirements.txt": "" },
    "PYTHON_PACKAGE_MANAGER_INVALID",
    { BP_PYTHON_PACKAGE_MANAGER: "pipp" },
  ],
];

const node: readonly Case[] = [
  ["lockfiles of two package managers", { "package-lock.json": "{}", "yarn.lock": "" }, "NODE_LOCKFILES_CONFLICT"],
  [
    "a lockfile of another package manager",
    { "yarn.lock": "" },
    "NODE_LOCKFILE_OF_ANOTHER",
    { BP_NODE_PACKAGE_MANAGER: "npm" },
  ],
  ["a merge conflict in package-lock.json", { "package-lock.json": conflict("{}") }, "PACKAGES_LOCKFILE_INVALID"],
  ["a truncated package-lock.json", { "package-lock.json": '{ "lockfileVersion": 3, ' }, "PACKAGES_LOCKFILE_INVALID"],
  ["a merge conflict in yarn.lock", { "yarn.lock": conflict("a") }, "PACKAGES_LOCKFILE_INVALID"],
  ["a merge conflict in pnpm-lock.yaml", { "pnpm-lock.yaml": conflict("a") }, "PACKAGES_LOCKFILE_INVALID"],
  ["a merge conflict in bun.lock", { "bun.lock": conflict("{}") }, "PACKAGES_LOCKFILE_INVALID"],
];

const java: readonly Case[] = [
  ["a truncated pom.xml", { "pom.xml": "<project>" }, "POM_INVALID"],
  ["a merge conflict in pom.xml", { "pom.xml": conflict("<project></project>") }, "POM_INVALID"],
  [
    "a truncated pom.xml if a Java version is requested",
    { "pom.xml": "<project>" },
    "POM_INVALID",
    { BP_JVM_VERSION: "21" },
  ],
];

const inPython: FileMap = { "main.py": "" };
const inNode: FileMap = { "package.json": packageJson, "server.js": "" };

test.for<[string, FileMap]>([
  ["Python", { ...inPython, "requirements.txt": "idna==3.10\n" }],
  ["Node.js", inNode],
  ["Java", { "pom.xml": "<project></project>" }],
])("the build of a valid app in %s starts with a download", async ([, app]) => {
  expect(await codeBeforeDownloads(app)).toBe("TEST_INPUT_MISSING");
});

describe("before any download,", () => {
  test.for<Case>(python)("the build of a Python app reports %s", async ([, app, code, env]) => {
    expect(await codeBeforeDownloads({ ...inPython, ...app }, env)).toBe(code);
  });

  test.for<Case>(node)("the build of a Node.js app reports %s", async ([, app, code, env]) => {
    expect(await codeBeforeDownloads({ ...inNode, ...app }, env)).toBe(code);
  });

  test.for<Case>(java)("the build of a Java app reports %s", async ([, app, code, env]) => {
    expect(await codeBeforeDownloads(app, env)).toBe(code);
  });
});
