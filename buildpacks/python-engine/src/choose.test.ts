import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineBuildpack, pass, readInventory } from "libcnb";
import { type BuildFixture, build, buildFailure, type FileMap, fakeClock } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { choose } from "./build.ts";
import { settings } from "./settings.ts";

const folder = resolve(import.meta.dirname, "..");
const { releases } = readInventory(readFileSync(join(folder, "buildpack.toml")), "buildpack.toml");
const newest = (line: number) => releases.findLast(({ version }) => version.startsWith(`3.${line}.`))?.version ?? "";
const [v10, v11, v12, v13, v14] = [10, 11, 12, 13, 14].map(newest);

/** Chooses only: the releases of the real inventory are large, and not everywhere to be had. */
const chosen: { uri?: string } = {};
const chooser = defineBuildpack({
  config: settings,
  detect: () => pass(),
  async build(context) {
    chosen.uri = (await choose({ ...context, config: context.config })).uri;
  },
});
const clock = fakeClock("2026-08-21T12:00:00Z");

/** What the log says of the version. */
const said = async (given: BuildFixture) =>
  (await build(chooser, { buildpack: folder, clock, ...given })).log.filter(
    (line) => /asks for|is not followed|Write|no version of|end of life/.test(line) && !line.startsWith("BP_"),
  );

const requires = (range: string) => `[project]\nrequires-python = "${range}"\n`;
const poetry = (python: string) => `[tool.poetry.dependencies]\npython = ${python}\n`;

describe("the Python version is", () => {
  test.for<[string, FileMap, Omit<BuildFixture, "app">, readonly string[]]>([
    [
      "of BP_CPYTHON_VERSION before all others, which are told",
      {
        ".python-version": "3.12",
        "uv.lock": 'version = 1\nrequires-python = ">=3.10"\n',
        "pyproject.toml": requires(">=3.11,<3.13") + poetry('"^3.9 || ^4"'),
        "Pipfile.lock": '{"_meta":{"requires":{"python_version":"3.13"}}}',
        Pipfile: '[requires]\npython_full_version = "3.13.1"\n',
        "runtime.txt": "python-3.11.x\n",
      },
      {
        env: { BP_CPYTHON_VERSION: "3.13" },
        plan: { python: [{ version: "three", source: "acme/tool" }, { version: ">=3.10" }] },
      },
      [
        `Using Python ${v13}: BP_CPYTHON_VERSION asks for 3.13`,
        `.python-version asks for 3.12, which is not followed: ${v13} does not fit`,
        `requires-python of uv.lock asks for >=3.10, which ${v13} fits, too`,
        `requires-python of pyproject.toml asks for >=3.11,<3.13, which is not followed: ${v13} does not fit`,
        `dependencies.python of pyproject.toml asks for ^3.9 || ^4, which ${v13} fits, too`,
        `python_version of Pipfile.lock asks for 3.13, which ${v13} fits, too`,
        `python_full_version of Pipfile asks for 3.13.1, which is not followed: ${v13} does not fit`,
        `runtime.txt asks for 3.11.x, which is not followed: ${v13} does not fit`,
        'acme/tool is not followed: "three" is not a version of Python',
        `another buildpack asks for >=3.10, which ${v13} fits, too`,
      ],
    ],
    [
      "of .python-version before lockfiles",
      { ".python-version": "# ours\n\n3.11 # for now\n3.12\n", "uv.lock": 'requires-python = ">=3.12"\n' },
      {},
      [
        `Using Python ${v11}: .python-version asks for 3.11`,
        `requires-python of uv.lock asks for >=3.12, which is not followed: ${v11} does not fit`,
      ],
    ],
    [
      "that pyenv's and uv's longer names mean",
      { ".python-version": "cpython-3.12-linux-x86_64-gnu" },
      {},
      [`Using Python ${v12}: .python-version asks for 3.12`],
    ],
    [
      "of uv.lock, which repeats pyproject.toml",
      { "uv.lock": 'version = 1\nrequires-python = ">=3.11, <3.14"\n', "pyproject.toml": requires(">=3.11, <3.14") },
      {},
      [`Using Python ${v13}: requires-python of uv.lock asks for >=3.11, <3.14`],
    ],
    [
      "of requires-python: the newest that fits",
      { "pyproject.toml": requires("~=3.10") },
      {},
      [`Using Python ${v14}: requires-python of pyproject.toml asks for ~=3.10`],
    ],
    [
      "of requires-python with exclusions",
      { "pyproject.toml": requires(">=3.10, !=3.14.*") },
      {},
      [`Using Python ${v13}: requires-python of pyproject.toml asks for >=3.10, !=3.14.*`],
    ],
    [
      "of Poetry",
      { "pyproject.toml": poetry('{ version = "~3.12" }') },
      {},
      [`Using Python ${v12}: dependencies.python of pyproject.toml (~3.12) asks for >=3.12,<3.13`],
    ],
    [
      "of Poetry's alternatives the one with the newest",
      { "pyproject.toml": poetry('"^3.9,<3.12 || ~2.7"') },
      {},
      [`Using Python ${v11}: dependencies.python of pyproject.toml (^3.9,<3.12 || ~2.7) asks for >=3.9,<4,<3.12`],
    ],
    [
      "of Pipfile.lock before Pipfile",
      {
        "Pipfile.lock": '{"_meta":{"requires":{"python_version":"3.12"}}}',
        Pipfile: '[requires]\npython_version = "3.13"\n',
      },
      {},
      [
        `Using Python ${v12}: python_version of Pipfile.lock asks for 3.12`,
        `python_version of Pipfile asks for 3.13, which is not followed: ${v12} does not fit`,
      ],
    ],
    [
      "of runtime.txt, with the way to move",
      { "runtime.txt": "python-3.11\n" },
      {},
      [
        `Using Python ${v11}: runtime.txt asks for 3.11`,
        "runtime.txt is an older way to ask for a version. Write 3.11 into .python-version, and remove runtime.txt.",
      ],
    ],
    [
      "of the project before that of folders around it",
      { "services/api/pyproject.toml": requires(">=3.11"), ".python-version": "3.12", "other/.python-version": "3.10" },
      { env: { BP_PYTHON_PROJECT_PATH: "services/api/" } },
      [
        `Using Python ${v14}: requires-python of services/api/pyproject.toml asks for >=3.11`,
        `.python-version asks for 3.12, which is not followed: ${v14} does not fit`,
      ],
    ],
    [
      "of other buildpacks if nobody else asks",
      { "pyproject.toml": "[project]\n", "runtime.txt": "node 20\n", ".python-version": "\n" },
      { plan: { python: [{ version: "3.12", source: "acme/tool" }] } },
      [`Using Python ${v12}: acme/tool asks for 3.12`],
    ],
    [
      "of buildpack.toml otherwise, with a warning that it moves",
      {},
      {},
      [
        `Using Python ${v14}: the default of buildpack.toml asks for 3.14`,
        `The app names no version of Python: this build uses ${v14}. The default will move to Python 3.15. To stay on 3.14, write 3.14 into .python-version.`,
      ],
    ],
    [
      "whose support has ended, with a warning",
      { ".python-version": "3.10" },
      { clock: fakeClock("2026-11-21T12:00:00Z") },
      [
        `Using Python ${v10}: .python-version asks for 3.10`,
        `Python ${v10} reached its end of life on 2026-10-31: it no longer gets fixes. Use a newer version.`,
      ],
    ],
  ])("%s", async ([, app, given, expected]) => expect(await said({ ...given, app })).toEqual(expected));

  test.for(["amd64", "arm64"])("for the processor %s", async (arch) => {
    await build(chooser, { buildpack: folder, target: { os: "linux", arch } });
    expect(chosen.uri).toBe(releases.findLast((each) => each.arch === arch)?.uri);
  });

  test("from the mirror", async () => {
    await build(chooser, { buildpack: folder, env: { BP_CPYTHON_MIRROR: "https://mirror.test/python/" } });
    expect(chosen.uri).toMatch(/^https:\/\/mirror\.test\/python\/\d{8}\/cpython-3\.14\.\d+%2B/);
  });
});

describe("the version is refused", () => {
  const existing = expect.stringContaining(`there is ${v14}, ${v13}, ${v12}, ${v11}, ${v10}`);

  test.for<[string, FileMap, Readonly<Record<string, string>>, object]>([
    [
      "a line that there is not",
      {},
      { BP_CPYTHON_VERSION: "3.15" },
      {
        code: "VERSION_UNAVAILABLE",
        message: "BP_CPYTHON_VERSION asks for Python 3.15, which is not available for linux/amd64",
        cause: existing,
      },
    ],
    [
      "a version that there is not any more",
      { ".python-version": "3.12.4\n" },
      {},
      {
        code: "VERSION_UNAVAILABLE",
        message: ".python-version asks for Python 3.12.4, which is not available for linux/amd64",
        cause: expect.stringContaining(`the nearest is ${v12}`),
        hint: `Ask for 3.12 in .python-version: each build then uses the newest 3.12, now ${v12}.`,
      },
    ],
    [
      "an old line",
      { "pyproject.toml": poetry('"~3.8 || ~3.9"') },
      {},
      { message: expect.stringContaining("asks for Python >=3.9,<3.10, which is not available"), cause: existing },
    ],
    [
      "another implementation",
      { ".python-version": "pypy3.10-7.3.15\n" },
      {},
      {
        code: "PYTHON_IMPLEMENTATION_UNKNOWN",
        message: ".python-version asks for pypy3.10-7.3.15, and there is only CPython with its global interpreter lock",
        hint: `Write a version of CPython such as ${v14} into .python-version.`,
      },
    ],
    ["CPython without its lock", { ".python-version": "3.14t" }, {}, { code: "PYTHON_IMPLEMENTATION_UNKNOWN" }],
    [
      "what is not a range",
      { "pyproject.toml": requires(">=3.10 && <4") },
      {},
      {
        code: "VERSION_RANGE_INVALID",
        message: 'requires-python of pyproject.toml is ">=3.10 && <4", which is not a version range',
      },
    ],
    ["a broken file", { "pyproject.toml": "[project\n" }, {}, { code: "TOML_INVALID" }],
    ["a broken lockfile", { "Pipfile.lock": "{" }, {}, { code: "APP_FILE_INVALID" }],
    ["a mirror that is not an address", {}, { BP_CPYTHON_MIRROR: "mirror.test" }, { code: "PYTHON_MIRROR_INVALID" }],
    [
      "a folder that is not there",
      {},
      { BP_PYTHON_PROJECT_PATH: "api" },
      {
        code: "PYTHON_PROJECT_PATH_INVALID",
        message: 'BP_PYTHON_PROJECT_PATH is "api": the app has no such folder',
      },
    ],
    ["a switch that is none", {}, { BP_CPYTHON_TKINTER: "perhaps" }, { code: "CONFIG_INVALID" }],
  ])("%s", async ([, app, env, expected]) => {
    expect((await buildFailure(chooser, { buildpack: folder, clock, app, env })).error).toMatchObject(expected);
  });
});
