import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { type ReadOptions, readBy } from "../project/test-read.ts";
import { readProject } from "./project.ts";
import { syncArguments } from "./uv.ts";

const read = (files: FileMap, requests: ReadOptions = {}) =>
  readBy(readProject, files, { lockfile: "uv.lock", ...requests });

const manifest = `[project]
name = "web"
version = "1.0.0"
dependencies = ["six"]
[project.optional-dependencies]
prod = ["server"]
[dependency-groups]
dev = ["tests"]
`;
const lock = (version: string, source = "virtual") => `version = 1
requires-python = ">=3.10"
[[package]]
name = "web"
version = "${version}"
source = { ${source} = "." }
dependencies = [{ name = "six" }]
[package.optional-dependencies]
prod = [{ name = "six" }]
[package.dev-dependencies]
dev = [{ name = "six" }]
[[package]]
name = "six"
version = "1.17.0"
source = { registry = "https://index.test/simple" }
wheels = [{ url = "https://files.test/six.whl", hash = "sha256:aa", upload-time = "2024-12-04T17:35:26.475Z" }]
`;
const app = { "pyproject.toml": manifest, "uv.lock": lock("1.0.0") };

describe("an installation with uv", () => {
  test.each([
    ["without groups and extras by default", {}, ["sync", "--locked", "--no-default-groups"]],
    [
      "for groups and extras",
      { BP_PYTHON_GROUPS: "dev", BP_PYTHON_EXTRAS: "*" },
      ["sync", "--locked", "--no-default-groups", "--group", "dev", "--extra", "prod"],
    ],
  ])("has arguments %s", async (_, settings, args) => {
    expect(syncArguments(await read(app, { settings }))).toEqual(args);
  });

  test("does not require a lockfile", async () => {
    const { "uv.lock": _, ...files } = app;
    const project = await read(files, { lockfile: undefined });
    expect([syncArguments(project), project.codeDirs]).toEqual([["sync", "--no-default-groups"], [""]]);
  });

  test.each<readonly [title: string, files: FileMap, changed: readonly string[]]>([
    [
      "stays the same for another version of an app that is not installed itself",
      { "pyproject.toml": manifest.replace("1.0.0", "2.0.0"), "uv.lock": lock("2.0.0") },
      [],
    ],
    [
      "stays the same for another index and another upload time",
      { "uv.lock": lock("1.0.0").replaceAll(".test/", ".other/").replace("2024", "2025") },
      [],
    ],
    ["changes with a package's digest", { "uv.lock": lock("1.0.0").replace(":aa", ":bb") }, ["uv.lock"]],
    ["changes with the dependencies", { "pyproject.toml": manifest.replace('"six"', '"toml"') }, ["pyproject.toml"]],
    [
      "changes with the settings in uv.toml",
      { "uv.toml": 'no-build = true\nindex-url = "https://index.test/simple"\n' },
      ["uv.toml"],
    ],
  ])("has a cache key that %s", async (_, files, changed) => {
    const { inputs } = await read(app);
    const next = await read({ ...app, ...files });
    expect(Object.keys(inputs).filter((name) => inputs[name] !== next.inputs[name])).toEqual(changed);
  });

  test("has a cache key that includes UV_NO_BINARY, but neither passwords nor timeouts", async () => {
    const env = { UV_NO_BINARY: "1", UV_INDEX_OWN_PASSWORD: "s3cret", UV_HTTP_TIMEOUT: "9", HOME: "/root" };
    expect((await read(app, { env })).inputs["uv environment variables"]).toBe('[["UV_NO_BINARY","1"]]');
  });

  test("runs in each build if a workspace member has its own build script", async () => {
    const files = {
      "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
      "packages/web/pyproject.toml": manifest,
      "packages/lib/pyproject.toml": '[project]\nname = "six"\n[build-system]\nbuild-backend = "maturin"\n',
      "uv.lock": lock("1.0.0")
        .replace('virtual = "."', 'virtual = "packages/web"')
        .replace('registry = "https://index.test/simple"', 'editable = "packages/lib"'),
    };
    const { root, roots, codeDirs, mustInstall } = await read(files, {
      dir: "packages/web",
      lockfile: "../../uv.lock",
    });
    expect({ root, roots: roots.map(({ name }) => name), codeDirs, mustInstall }).toEqual({
      root: "",
      roots: ["web"],
      codeDirs: ["packages/lib"],
      mustInstall: "the project has its own build script",
    });
  });

  test("leaves uv.toml in the image without credentials", async () => {
    const settings = '[[index]]\nname = "own"\nurl = "https://me:s3cret@index.test/simple"\n';
    expect((await read({ ...app, "uv.toml": settings })).withoutCredentials).toEqual({
      "uv.toml": '[[index]]\nname = "own"\nurl = "https://index.test/simple"\n',
    });
  });
});

test.each<readonly [title: string, files: FileMap, wishes: ReadOptions, error: object]>([
  [
    "with a merge conflict in its lockfile",
    { "uv.lock": `<<<<<<< ours\n${lock("1.0.0")}` },
    {},
    { code: "PACKAGES_LOCKFILE_INVALID", cause: "line 1 is a merge conflict marker" },
  ],
  [
    "whose lockfile is not TOML",
    { "uv.lock": "[[package" },
    {},
    { code: "PACKAGES_LOCKFILE_INVALID", message: "uv.lock cannot be read" },
  ],
  [
    "whose lockfile has a newer format",
    { "uv.lock": "version = 2\n" },
    {},
    { code: "PACKAGES_LOCKFILE_UNSUITABLE", cause: "the lockfile has the format version 2; uv 1.0.0 reads version 1" },
  ],
  [
    "for another Python version",
    { "uv.lock": 'version = 1\nrequires-python = ">=3.13"\n' },
    {},
    { code: "PYTHON_VERSION_UNSUITABLE", message: "uv.lock requires Python >=3.13, but this build uses 3.12.4" },
  ],
  [
    "without the requested group",
    {},
    { settings: { BP_PYTHON_GROUPS: "docs" } },
    { code: "PYTHON_GROUP_UNKNOWN", cause: "the project has dev" },
  ],
])("a uv project %s is refused", async (_, files, requests, error) => {
  await expect(read({ ...app, ...files }, requests)).rejects.toMatchObject(error);
});
