import { expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { type AppCase, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import { likeSmall, pyproject, requirements, server, small, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

const world = usePythonWorld();
const { pip, uv, pipenv, poetry } = tools;

const version = server(`".".join(map(str, sys.version_info[:2]))`);
const which = (files: Readonly<Record<string, string>>): App => ({ files: { "main.py": version, ...files } });

const cases: readonly AppCase[] = [
  {
    name: "a single file without packages",
    app: which({}),
    says: ["Python 3.14"],
    answers: { "/": "3.14" },
    processes: { web: "with-signals python main.py" },
  },
  {
    name: ".python-version",
    app: which({ ".python-version": "# ours\n3.11\n" }),
    says: ["Python 3.11.11", ".python-version"],
    answers: { "/": "3.11" },
  },
  {
    name: "requires-python in pyproject.toml",
    app: which({ "pyproject.toml": pyproject([]).replace(">=3.10", ">=3.10,<3.12") }),
    says: ["Python 3.11.11", "requires-python"],
    answers: { "/": "3.11" },
  },
  {
    name: "a runtime.txt, which the log advises to replace,",
    app: which({ "runtime.txt": "python-3.11.11\n", "requirements.txt": "" }),
    says: ["Python 3.11.11", "runtime.txt", ".python-version"],
    answers: { "/": "3.11" },
  },
  {
    name: "a version in BP_CPYTHON_VERSION rather than in its files",
    app: which({ ".python-version": "3.14\n", "requirements.txt": "" }),
    env: { BP_CPYTHON_VERSION: "3.10.*" },
    says: ["Python 3.10.16", ".python-version"],
    answers: { "/": "3.10" },
  },
  {
    name: "a Python version in the Pipfile",
    app: {
      files: {
        "main.py": version,
        Pipfile: `[packages]\nidna = "==3.10"\n\n[requires]\npython_version = "3.14"\n`,
      },
      commands: pipenv.lock,
    },
    says: ["Python 3.14", "Pipfile"],
    answers: { "/": "3.14" },
  },
  likeSmall("its project in a subdirectory of the repository", {
    app: {
      files: {
        "README.md": "Many apps\n",
        ...Object.fromEntries(Object.entries(pip.files()).map(([path, text]) => [`services/api/${path}`, text])),
      },
    },
    env: { BP_PYTHON_PROJECT_PATH: "services/api" },
    changed: {
      files: { "services/api/main.py": server(`"other"`) },
      answers: { "/": "other" },
      moved: ["app"],
    },
  }),
  {
    name: "assets that Node.js builds",
    app: which({
      "requirements.txt": "",
      "package.json": `{ "name": "assets", "private": true, "scripts": { "build": "exit 1" } }\n`,
    }),
    says: ["Python 3.14"],
    answers: { "/": "3.14" },
  },
];

test.for(cases)("a Python app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);

interface Failure {
  readonly name: string;
  readonly app: App;
  readonly env?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const failures: readonly Failure[] = [
  {
    name: "lockfiles of two package managers",
    app: { files: uv.files(), commands: [...uv.lock, ...tools.pdm.lock] },
    says: ["PYTHON_LOCKFILES_CONFLICT", "uv.lock", "pdm.lock"],
  },
  {
    name: "a misspelled file name",
    app: { files: { ...small.code, "requirments.txt": requirements(...small.pinned) } },
    says: ["PYTHON_FILE_MISSPELT", "requirments.txt", "requirements.txt"],
  },
  {
    name: "an environment variable that would break the installation",
    app: { files: pip.files() },
    env: { PIP_TARGET: "/elsewhere" },
    says: ["PYTHON_VARIABLES_FORBIDDEN", "PIP_TARGET"],
  },
  {
    name: "a Python version that does not exist",
    app: { files: { ...pip.files(), ".python-version": "3.9\n" } },
    says: ["VERSION_UNAVAILABLE", ".python-version", "3.14.6"],
  },
  {
    name: "a package that does not exist",
    app: { files: { ...small.code, "requirements.txt": "libcnb-test-none-of-this-name==1.0\n" } },
    says: ["PACKAGES_", "libcnb-test-none-of-this-name"],
  },
  {
    name: "a package version that does not exist",
    app: { files: { ...small.code, "requirements.txt": "idna==99.0\n" } },
    says: ["PACKAGES_", "idna==99.0"],
  },
  {
    name: "a stale poetry.lock",
    app: {
      files: poetry.files(),
      commands: [...poetry.lock, ["uv==0.13.9", "add", "--frozen", "six==1.17.0"]],
    },
    says: ["PACKAGES_LOCKFILE_OUT_OF_SYNC", "poetry lock"],
  },
  {
    name: "a digest that does not match",
    app: {
      files: { ...small.code, "requirements.txt": `idna==3.10 --hash=sha256:${"0".repeat(64)}\n` },
    },
    says: ["PACKAGES_", "idna"],
  },
  {
    name: "an app without a start command",
    app: { files: { "requirements.txt": requirements(...small.pinned), "words.py": "many = 2\n" } },
    says: ["PYTHON_START_MISSING"],
  },
];

test.for(failures)("cnb build reports $name", async ({ app, env, says }) => {
  const log = await failureOf(app, world(), env);
  expect(says.filter((text) => !log.includes(text))).toEqual([]);
});
