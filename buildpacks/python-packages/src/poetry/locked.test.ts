import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { python, readBy } from "../project/test-read.ts";
import { lockedPackages } from "./locked.ts";
import { readProject } from "./project.ts";

const file = (name: string): string => `files = [{file = "${name}-1.0-py3-none-any.whl", hash = "sha256:${name}"}]\n`;

const pyproject = `[project]
name = "app"
version = "1.2.3"
dependencies = ["web[fast]>=1", "old; python_version < '3.9'"]
[project.optional-dependencies]
pg = ["driver"]
[dependency-groups]
dev = ["lint"]
[tool.poetry.group.docs.dependencies]
docs = "^1.0"
web = "*"
`;

/** As Poetry 2 writes it: with groups and conditions of each package. */
const newer = `[[package]]
name = "web"
version = "1.0"
groups = ["main", "docs"]
${file("web")}
[package.dependencies]
fast = {version = "*", optional = true, markers = "extra == \\"fast\\""}
[package.extras]
fast = ["fast (>=1)"]
[[package]]
name = "fast"
version = "1.0"
groups = ["main"]
${file("fast")}
[[package]]
name = "driver"
version = "1.0"
groups = ["main"]
markers = "extra == \\"pg\\""
${file("driver")}
[[package]]
name = "Lint"
version = "1.0"
groups = ["dev"]
markers = "python_version >= \\"3.10\\""
${file("lint")}
[package.dependencies]
base = {version = ">=1", extras = ["Color"]}
[[package]]
name = "base"
version = "1.0"
groups = ["dev", "docs"]
${file("base")}
[package.markers]
dev = "python_version < \\"3\\""
docs = "sys_platform == \\"linux\\""
[[package]]
name = "windows"
version = "1.0"
groups = ["dev"]
markers = "sys_platform == \\"win32\\""
${file("windows")}
[[package]]
name = "docs"
version = "1.0"
groups = ["docs"]
${file("docs")}
[package.source]
type = "git"
url = "https://me:s3cret@git.example.com/docs.git"
resolved_reference = "abc"
[[package]]
name = "lib"
version = "1.0"
groups = ["main"]
develop = true
files = []
[package.source]
type = "directory"
url = "libs/lib"
[metadata]
lock-version = "2.1"
python-versions = "^3.10"
`;

/** As Poetry 1 writes it: what is for development must be found out. */
const older = newer
  .replace(/^(?:groups|markers) = .*\n/gm, "")
  .replace(/^\[package\.markers\]\n.*\n.*\n/gm, "")
  .replace('name = "windows"', 'name = "other"');

const app: FileMap = { "pyproject.toml": pyproject, "poetry.lock": newer };

async function scopes(files: FileMap, settings: Readonly<Record<string, string>> = {}) {
  const project = await readBy(readProject, files, { lockfile: "poetry.lock", settings });
  const locked = await lockedPackages({ ...project.selection, ...project, values: python.markers });
  return Object.groupBy(
    locked.map(({ name, role, scope }) => [role ?? scope, name] as const),
    ([scope]) => scope,
  );
}

const named = async (...args: Parameters<typeof scopes>) =>
  Object.fromEntries(
    Object.entries(await scopes(...args)).map(([scope, list = []]) => [scope, list.map(([, name]) => name)]),
  );

test.for<[string, FileMap, Readonly<Record<string, string>>, Readonly<Record<string, readonly string[]>>]>([
  [
    "the main dependencies are for launch",
    app,
    {},
    {
      app: ["app"],
      // driver and windows are not installed: bills of materials have those only for development besides
      runtime: ["web", "fast", "driver", "windows"],
      development: ["Lint", "base", "docs"],
      workspace: ["lib"],
    },
  ],
  [
    "a requested group is for launch too",
    app,
    { BP_PYTHON_GROUPS: "docs" },
    {
      app: ["app"],
      runtime: ["web", "fast", "driver", "base", "windows", "docs"],
      development: ["Lint"],
      workspace: ["lib"],
    },
  ],
  [
    "only the groups in BP_POETRY_INSTALL_ONLY are for launch",
    app,
    { BP_POETRY_INSTALL_ONLY: "dev" },
    {
      app: ["app"],
      runtime: ["driver", "Lint", "windows"],
      development: ["web", "fast", "base", "docs"],
      workspace: ["lib"],
    },
  ],
  [
    "packages get their scope from the dependencies if Poetry 1, which records no groups, wrote the lockfile",
    { ...app, "poetry.lock": older },
    {},
    {
      app: ["app"],
      runtime: ["fast", "driver", "other"],
      development: ["web", "Lint", "base", "docs"],
      workspace: ["lib"],
    },
  ],
])("in the SBOM of a Poetry app, %s", async ([, files, settings, expected]) => {
  expect(await named(files, settings)).toEqual(expected);
});

test("packages in poetry.lock are read with version, files, scope, dependencies and source", async () => {
  const project = await readBy(readProject, app, { lockfile: "poetry.lock" });
  const locked = await lockedPackages({ ...project.selection, ...project, values: python.markers });
  expect(locked.filter(({ name }) => ["app", "web", "Lint", "docs"].includes(name))).toEqual([
    {
      name: "app",
      version: "1.2.3",
      files: [],
      scope: "runtime",
      role: "app",
      dependencies: ["web[fast]", "old", "lint", "docs", "web"],
    },
    {
      name: "web",
      version: "1.0",
      files: [{ name: "web-1.0-py3-none-any.whl", hash: "sha256:web" }],
      scope: "runtime",
      dependencies: [],
    },
    {
      name: "Lint",
      version: "1.0",
      files: [{ name: "lint-1.0-py3-none-any.whl", hash: "sha256:lint" }],
      scope: "development",
      dependencies: ["base[color]"],
    },
    {
      name: "docs",
      version: "1.0",
      files: [{ name: "docs-1.0-py3-none-any.whl", hash: "sha256:docs" }],
      scope: "development",
      dependencies: [],
      source: "git+https://git.example.com/docs.git@abc",
    },
  ]);
});
