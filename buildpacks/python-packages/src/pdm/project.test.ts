import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { python, type ReadOptions, readBy } from "../project/test-read.ts";
import { lockedPackages } from "./lockfile.ts";
import { installArguments } from "./pdm.ts";
import { readProject } from "./project.ts";

const read = (files: FileMap, requests: ReadOptions = {}) =>
  readBy(readProject, files, { lockfile: "pdm.lock", ...requests });

const manifest = `[project]
name = "web"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["PyJWT[crypto]", "colorama; sys_platform == 'win32'"]
[project.optional-dependencies]
prod = ["server"]
[dependency-groups]
dev = ["tests"]
[tool.pdm.dev-dependencies]
docs = ["-e file:///\${PROJECT_ROOT}/libs/core#egg=core-lib"]
`;
const lock = `[metadata]
groups = ["default", "dev", "docs", "prod"]
strategy = ["inherit_metadata"]
lock_version = "4.5.1"

[[package]]
name = "colorama"
version = "0.4.6"
groups = ["default"]
marker = "sys_platform == 'win32'"

[[package]]
name = "PyJWT"
version = "2.10.1"
summary = "Tokens"
groups = ["default"]
files = [
    {file = "PyJWT-2.10.1-py3-none-any.whl", hash = "sha256:aa"},
    {url = "https://files.test/pyjwt-2.10.1.tar.gz#sha256=bb", hash = "sha256:bb"},
]

[[package]]
name = "pyjwt"
version = "2.10.1"
extras = ["crypto"]
groups = ["default"]
dependencies = ["pyjwt==2.10.1", "cryptography[ssh]>=3.4", "typing-extensions; python_version < '3.11'"]

[[package]]
name = "server"
version = "1.0"
git = "https://me:s3cret@git.test/server.git"
revision = "c0ffee"
groups = ["prod"]

[[package]]
name = "tests"
version = "2.0"
groups = ["dev"]

[[package]]
name = "core-lib"
version = "0.1.0"
editable = true
path = "./libs/core"
groups = ["docs"]
`;
const app = {
  "pyproject.toml": manifest,
  "pdm.lock": lock,
  "libs/core/pyproject.toml": '[project]\nname = "core-lib"\n[build-system]\nbuild-backend = "pdm.backend"\n',
};

describe("an installation with PDM", () => {
  const checked = ["install", "--check", "--frozen-lockfile"];
  test.each([
    ["only for launch packages by default", {}, [...checked, "--prod"]],
    ["for the extras in BP_PYTHON_EXTRAS", { BP_PYTHON_EXTRAS: "prod" }, [...checked, "--prod", "--group", "prod"]],
    [
      "for groups and extras",
      { BP_PYTHON_GROUPS: "docs", BP_PYTHON_EXTRAS: "prod" },
      [...checked, "--dev", "--group", "docs", "--group", "prod"],
    ],
  ])("has arguments %s", async (_, settings, args) => {
    expect(installArguments(await read(app, { settings }))).toEqual(args);
  });

  test("works both without a lockfile and with pylock.toml", async () => {
    const { "pdm.lock": text, ...files } = app;
    expect(installArguments(await read(files, { lockfile: undefined }))).toEqual(["install", "--prod"]);
    const standard = await read({ ...files, "pylock.toml": text }, { lockfile: "pylock.toml" });
    expect(installArguments(standard)).toEqual([...checked, "--lockfile", "pylock.toml", "--prod"]);
  });

  test("uses the code of the app and of editable packages in place", async () => {
    expect((await read(app)).codeDirs).toEqual(["", "libs/core"]);
    const virtual = {
      ...app,
      "pyproject.toml": `${manifest}[tool.pdm]\ndistribution = false\n`.replace(/\[tool.pdm.dev.*\n.*\n/, ""),
    };
    expect((await read(virtual)).codeDirs).toEqual(["libs/core"]);
  });

  test("runs in each build if the project has a post_install script", async () => {
    const scripts = `${manifest}[tool.pdm.scripts]\npost_install = "make"\n`;
    expect([(await read(app)).mustInstall, (await read({ ...app, "pyproject.toml": scripts })).mustInstall]).toEqual([
      undefined,
      "the project has PDM scripts for the installation",
    ]);
  });

  test("lists the packages of the selected groups and extras", async () => {
    const { lock: found, developmentGroups } = await read(app);
    if (found === undefined) throw new Error("no lockfile");
    const asked = { developmentGroups, values: python.markers };
    const some = { ...asked, selection: { groups: ["docs"], extras: [] } };
    expect(await lockedPackages(found, some)).toEqual([
      {
        name: "pyjwt",
        version: "2.10.1",
        files: [
          { name: "PyJWT-2.10.1-py3-none-any.whl", hash: "sha256:aa" },
          { name: "pyjwt-2.10.1.tar.gz", hash: "sha256:bb" },
        ],
        scope: "runtime",
        dependencies: ["cryptography[ssh]"],
      },
      { name: "tests", version: "2.0", files: [], scope: "development", dependencies: [] },
      { name: "core-lib", version: "0.1.0", files: [], scope: "runtime", dependencies: [], source: "./libs/core" },
    ]);
    const server = await lockedPackages(found, { ...asked, selection: { groups: [], extras: ["prod"] } });
    expect(server.find(({ name }) => name === "server")?.source).toBe("git+https://git.test/server.git@c0ffee");
  });
});

test.each<readonly [title: string, files: FileMap, wishes: ReadOptions, error: object]>([
  [
    "with a merge conflict in its lockfile",
    { "pdm.lock": `${lock}=======\n` },
    {},
    { code: "PACKAGES_LOCKFILE_INVALID" },
  ],
  [
    "for another Python version",
    { "pyproject.toml": manifest.replace(">=3.10", ">=3.13") },
    {},
    { code: "PYTHON_VERSION_UNSUITABLE", message: "pyproject.toml requires Python >=3.13, but this build uses 3.12.4" },
  ],
  [
    "whose lockfile does not have the requested extra",
    { "pdm.lock": lock.replace(', "prod"]', "]") },
    { settings: { BP_PYTHON_EXTRAS: "prod" } },
    {
      code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
      message: "pdm.lock does not contain prod, which the build selects",
      cause: "pdm.lock contains the groups default, dev, docs",
    },
  ],
])("a PDM project %s is refused", async (_, files, requests, error) => {
  await expect(read({ ...app, ...files }, requests)).rejects.toMatchObject(error);
});
