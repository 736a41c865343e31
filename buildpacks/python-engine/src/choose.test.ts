import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { readInventory } from "libcnb/standalone";
import { type BuildFixture, build, buildFailure, type FileMap, fakeClock } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { choose } from "./build.ts";
import { settings } from "./contract.ts";

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

/** The log lines about the version. */
const said = async (given: BuildFixture) =>
  (await build(chooser, { buildpack: folder, clock, ...given })).log.filter(
    (line) => /requests|is ignored|Write|no version of|end of life/.test(line) && !line.startsWith("BP_"),
  );

const requires = (range: string) => `[project]\nrequires-python = "${range}"\n`;
const poetry = (python: string) => `[tool.poetry.dependencies]\npython = ${python}\n`;

describe("the Python version is", () => {
  test.for<[string, FileMap, Omit<BuildFixture, "app">, readonly string[]]>([
    [
      "that of BP_CPYTHON_VERSION rather than of all other requests, which the log lists",
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
        `Using Python ${v13}: BP_CPYTHON_VERSION requests 3.13`,
        `.python-version requests 3.12, which is ignored: ${v13} does not satisfy it`,
        `requires-python of uv.lock requests >=3.10; ${v13} satisfies it as well`,
        `requires-python of pyproject.toml requests >=3.11,<3.13, which is ignored: ${v13} does not satisfy it`,
        `dependencies.python of pyproject.toml requests ^3.9 || ^4; ${v13} satisfies it as well`,
        `python_version of Pipfile.lock requests 3.13; ${v13} satisfies it as well`,
        `python_full_version of Pipfile requests 3.13.1, which is ignored: ${v13} does not satisfy it`,
        `runtime.txt requests 3.11.x, which is ignored: ${v13} does not satisfy it`,
        'acme/tool is ignored: "three" is not a version of Python',
        `another buildpack requests >=3.10; ${v13} satisfies it as well`,
      ],
    ],
    [
      "that of .python-version rather than a lockfile",
      { ".python-version": "# ours\n\n3.11 # for now\n3.12\n", "uv.lock": 'requires-python = ">=3.12"\n' },
      {},
      [
        `Using Python ${v11}: .python-version requests 3.11`,
        `requires-python of uv.lock requests >=3.12, which is ignored: ${v11} does not satisfy it`,
      ],
    ],
    [
      "that of .python-version, even in a name such as cpython-3.12-linux-x86_64-gnu",
      { ".python-version": "cpython-3.12-linux-x86_64-gnu" },
      {},
      [`Using Python ${v12}: .python-version requests 3.12`],
    ],
    [
      "that of uv.lock, which repeats pyproject.toml",
      { "uv.lock": 'version = 1\nrequires-python = ">=3.11, <3.14"\n', "pyproject.toml": requires(">=3.11, <3.14") },
      {},
      [`Using Python ${v13}: requires-python of uv.lock requests >=3.11, <3.14`],
    ],
    [
      "the newest version that satisfies requires-python",
      { "pyproject.toml": requires("~=3.10") },
      {},
      [`Using Python ${v14}: requires-python of pyproject.toml requests ~=3.10`],
    ],
    [
      "the newest version that requires-python does not exclude",
      { "pyproject.toml": requires(">=3.10, !=3.14.*") },
      {},
      [`Using Python ${v13}: requires-python of pyproject.toml requests >=3.10, !=3.14.*`],
    ],
    [
      "that of Poetry's dependencies",
      { "pyproject.toml": poetry('{ version = "~3.12" }') },
      {},
      [`Using Python ${v12}: dependencies.python of pyproject.toml (~3.12) requests >=3.12,<3.13`],
    ],
    [
      "the newest of Poetry's alternatives",
      { "pyproject.toml": poetry('"^3.9,<3.12 || ~2.7"') },
      {},
      [`Using Python ${v11}: dependencies.python of pyproject.toml (^3.9,<3.12 || ~2.7) requests >=3.9,<4,<3.12`],
    ],
    [
      "that of Pipfile.lock rather than Pipfile",
      {
        "Pipfile.lock": '{"_meta":{"requires":{"python_version":"3.12"}}}',
        Pipfile: '[requires]\npython_version = "3.13"\n',
      },
      {},
      [
        `Using Python ${v12}: python_version of Pipfile.lock requests 3.12`,
        `python_version of Pipfile requests 3.13, which is ignored: ${v12} does not satisfy it`,
      ],
    ],
    [
      "that of runtime.txt, with a hint to use .python-version",
      { "runtime.txt": "python-3.11\n" },
      {},
      [
        `Using Python ${v11}: runtime.txt requests 3.11`,
        "runtime.txt is deprecated. Write 3.11 into .python-version, and remove runtime.txt.",
      ],
    ],
    [
      "that of a file in the project's directory rather than in a parent directory",
      { "services/api/pyproject.toml": requires(">=3.11"), ".python-version": "3.12", "other/.python-version": "3.10" },
      { env: { BP_PYTHON_PROJECT_PATH: "services/api/" } },
      [
        `Using Python ${v14}: requires-python of services/api/pyproject.toml requests >=3.11`,
        `.python-version requests 3.12, which is ignored: ${v14} does not satisfy it`,
      ],
    ],
    [
      "that of another buildpack if the app requests no version",
      { "pyproject.toml": "[project]\n", "runtime.txt": "node 20\n", ".python-version": "\n" },
      { plan: { python: [{ version: "3.12", source: "acme/tool" }] } },
      [`Using Python ${v12}: acme/tool requests 3.12`],
    ],
    [
      "the default of buildpack.toml if nothing requests a version, with a warning that the default will change",
      {},
      {},
      [
        `Using Python ${v14}: the default of buildpack.toml requests 3.14`,
        `The app requests no version of Python: this build uses ${v14}. The default will change to Python 3.15. To stay on 3.14, write 3.14 into .python-version.`,
      ],
    ],
    [
      "the requested version even after its end of life, with a warning",
      { ".python-version": "3.10" },
      { clock: fakeClock("2026-11-21T12:00:00Z") },
      [
        `Using Python ${v10}: .python-version requests 3.10`,
        `Python ${v10} reached its end of life on 2026-10-31: it no longer gets fixes. Use a newer version.`,
      ],
    ],
  ])("%s", async ([, app, given, expected]) => expect(await said({ ...given, app })).toEqual(expected));

  test.for(["amd64", "arm64"])("that of a release for the target's architecture %s", async (arch) => {
    await build(chooser, { buildpack: folder, target: { os: "linux", arch } });
    expect(chosen.uri).toBe(releases.findLast((each) => each.arch === arch)?.uri);
  });

  test("downloaded from the mirror in BP_CPYTHON_MIRROR", async () => {
    await build(chooser, { buildpack: folder, env: { BP_CPYTHON_MIRROR: "https://mirror.test/python/" } });
    expect(chosen.uri).toMatch(/^https:\/\/mirror\.test\/python\/\d{8}\/cpython-3\.14\.\d+%2B/);
  });
});

describe("the choice of a Python version is refused for", () => {
  const existing = expect.stringContaining(`available: ${v14}, ${v13}, ${v12}, ${v11}, ${v10}`);

  test.for<[string, FileMap, Readonly<Record<string, string>>, object]>([
    [
      "a release line that does not exist",
      {},
      { BP_CPYTHON_VERSION: "3.15" },
      {
        code: "VERSION_UNAVAILABLE",
        message: "BP_CPYTHON_VERSION requests Python 3.15, which is not available for linux/amd64",
        cause: existing,
      },
    ],
    [
      "a version that is no longer available",
      { ".python-version": "3.12.4\n" },
      {},
      {
        code: "VERSION_UNAVAILABLE",
        message: ".python-version requests Python 3.12.4, which is not available for linux/amd64",
        cause: expect.stringContaining(`the nearest is ${v12}`),
        hint: `Ask for 3.12 in .python-version: each build then uses the newest 3.12, now ${v12}.`,
      },
    ],
    [
      "an old release line",
      { "pyproject.toml": poetry('"~3.8 || ~3.9"') },
      {},
      { message: expect.stringContaining("requests Python >=3.9,<3.10, which is not available"), cause: existing },
    ],
    [
      "another implementation of Python",
      { ".python-version": "pypy3.10-7.3.15\n" },
      {},
      {
        code: "PYTHON_IMPLEMENTATION_UNKNOWN",
        message:
          ".python-version requests pypy3.10-7.3.15, but this buildpack provides only CPython with the global interpreter lock",
        hint: `Write a version of CPython such as ${v14} into .python-version.`,
      },
    ],
    ["free-threaded CPython", { ".python-version": "3.14t" }, {}, { code: "PYTHON_IMPLEMENTATION_UNKNOWN" }],
    [
      "a malformed range",
      { "pyproject.toml": requires(">=3.10 && <4") },
      {},
      {
        code: "VERSION_RANGE_INVALID",
        message: 'requires-python of pyproject.toml is ">=3.10 && <4", which is not a version range',
      },
    ],
    ["a pyproject.toml that is not TOML", { "pyproject.toml": "[project\n" }, {}, { code: "TOML_INVALID" }],
    ["a Pipfile.lock that is not JSON", { "Pipfile.lock": "{" }, {}, { code: "APP_FILE_INVALID" }],
    [
      "a BP_CPYTHON_MIRROR that is not a URL",
      {},
      { BP_CPYTHON_MIRROR: "mirror.test" },
      { code: "PYTHON_MIRROR_INVALID" },
    ],
    [
      "a BP_PYTHON_PROJECT_PATH that does not exist",
      {},
      { BP_PYTHON_PROJECT_PATH: "api" },
      {
        code: "PYTHON_PROJECT_PATH_INVALID",
        message: 'BP_PYTHON_PROJECT_PATH is "api": the app has no such directory',
      },
    ],
    ["a malformed BP_CPYTHON_TKINTER", {}, { BP_CPYTHON_TKINTER: "perhaps" }, { code: "CONFIG_INVALID" }],
    [
      "a word that is not a version",
      {},
      { BP_CPYTHON_VERSION: "latest" },
      {
        code: "VERSION_RANGE_INVALID",
        message: 'BP_CPYTHON_VERSION is "latest", which is not a version range',
      },
    ],
    [
      "another implementation of Python in a variable",
      {},
      { BP_CPYTHON_VERSION: "GraalPy-24.1" },
      {
        code: "PYTHON_IMPLEMENTATION_UNKNOWN",
        hint: `Set BP_CPYTHON_VERSION to a version of CPython such as ${v14}.`,
      },
    ],
  ])("%s", async ([, app, env, expected]) => {
    expect((await buildFailure(chooser, { buildpack: folder, clock, app, env })).error).toMatchObject(expected);
  });

  test.for(["another buildpack", "acme/tool"])("another implementation of Python that %s requests", async (source) => {
    const plan = { python: [{ version: "pypy3.10", source }] };
    expect((await buildFailure(chooser, { buildpack: folder, clock, plan })).error).toMatchObject({
      code: "PYTHON_IMPLEMENTATION_UNKNOWN",
      hint: `Set BP_CPYTHON_VERSION to a version of CPython such as ${v14}; it takes precedence.`,
    });
  });
});
