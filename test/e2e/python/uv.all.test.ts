import { test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { code, likeSmall, pyproject, server, small, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

const world = usePythonWorld();
const { uv, pdm } = tools;

/** Says which of some packages are in the image. */
const present = (...names: readonly string[]) =>
  server(`sorted(name for name in ${JSON.stringify(names)} if importlib.util.find_spec(name))`, "importlib.util");

const many = {
  "main.py": present("idna", "inflection", "iniconfig", "six"),
  "pyproject.toml": `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["idna==3.10"]

[project.optional-dependencies]
plural = ["inflection==0.5.1"]

[dependency-groups]
dev = ["iniconfig==2.1.0"]
production = ["six==1.17.0"]
`,
};

const member = (name: string, more = "") => `[project]
name = "${name}"
version = "1.0.0"
requires-python = ">=3.10"
${more}
[build-system]
requires = ["setuptools==80.9.0"]
build-backend = "setuptools.build_meta"
`;

const workspace = {
  "pyproject.toml": `[project]
name = "all"
version = "1.0.0"
requires-python = ">=3.10"

[tool.uv.workspace]
members = ["packages/*"]
`,
  "packages/words/pyproject.toml": member("words"),
  "packages/words/src/words/__init__.py": `greeting = "hello"\n`,
  "packages/api/pyproject.toml": `${member("api", `dependencies = ["words", "idna==3.10"]\n`)}
[tool.uv.sources]
words = { workspace = true }
`,
  "packages/api/src/api/__init__.py": "",
  "packages/api/main.py": server("words.greeting", "words", "idna"),
};

const project = {
  "pyproject.toml": `${member("app", `dependencies = ["idna==3.10"]\n\n[project.scripts]\nserve = "app.serve:main"\n`)}`,
  "src/app/__init__.py": "",
  "src/app/serve.py": "def main():\n    import app.server\n",
  "src/app/server.py": server(`idna.encode("b\\u00fccher").decode()`, "idna"),
};

const cases: readonly AppCase[] = [
  {
    name: "uv and selected groups and extras",
    app: { files: many, commands: uv.lock },
    env: { BP_PYTHON_GROUPS: "production", BP_PYTHON_EXTRAS: "plural" },
    says: ["uv "],
    answers: { "/": [200, ["idna", "inflection", "six"]] },
  },
  {
    name: "uv and neither groups nor extras",
    app: { files: many, commands: uv.lock },
    says: ["uv "],
    answers: { "/": [200, ["idna"]] },
  },
  {
    name: "uv and a member of a workspace",
    app: { files: workspace, commands: uv.lock },
    env: { BP_PYTHON_PROJECT_PATH: "packages/api" },
    says: ["uv "],
    processes: { web: "with-signals python main.py" },
    answers: { "/": "hello" },
    changed: {
      files: { "packages/words/src/words/__init__.py": `greeting = "bye"\n` },
      moved: [code],
      answers: { "/": "bye" },
    },
  },
  {
    name: "uv and a project that is a package with a script",
    app: { files: project, commands: uv.lock },
    says: ["uv "],
    processes: { web: "with-signals serve" },
    answers: { "/": "xn--bcher-kva" },
  },
  likeSmall("a requested uv version", {
    app: { files: uv.files(), commands: uv.lock },
    env: { BP_UV_VERSION: "0.12.24" },
    says: ["uv 0.12.24"],
  }),
  {
    name: "PDM and selected groups and extras",
    app: { files: many, commands: [["pdm==2.29.3", "lock", "--group", ":all"]] },
    env: { BP_PYTHON_GROUPS: "production", BP_PYTHON_EXTRAS: "plural" },
    says: ["PDM "],
    answers: { "/": [200, ["idna", "inflection", "six"]] },
  },
  {
    name: "PDM and a project that is a package",
    app: {
      files: { ...project, "pyproject.toml": `${project["pyproject.toml"]}\n[tool.pdm]\ndistribution = true\n` },
      commands: pdm.lock,
    },
    says: ["PDM "],
    processes: { web: "with-signals serve" },
    answers: { "/": "xn--bcher-kva" },
  },
  likeSmall("PDM and packages that are upgraded between builds", {
    app: { files: pdm.files(), commands: pdm.lock },
    upgraded: {
      app: { files: { ...small.code, "pyproject.toml": pyproject(small.pinnedAnew) }, commands: pdm.lock },
      moved: ["libcnb/python-packages:venv", "SBOM", code],
      answers: small.answers,
    },
  }),
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);
