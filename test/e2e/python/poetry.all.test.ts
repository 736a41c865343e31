import { test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { code, likeSmall, server, small, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

const world = usePythonWorld();
const { poetry, pipenv } = tools;

const present = server(
  `sorted(name for name in ["idna", "inflection", "iniconfig"] if importlib.util.find_spec(name))`,
  "importlib.util",
);

/** As Poetry's own generator wrote it before version 2. */
const classic = {
  "main.py": present,
  "pyproject.toml": `[tool.poetry]
name = "app"
version = "1.0.0"
description = ""
authors = ["A <a@example.test>"]
package-mode = false

[tool.poetry.dependencies]
python = "^3.10"
idna = "3.10"

[tool.poetry.group.production.dependencies]
inflection = "0.5.1"

[tool.poetry.group.dev.dependencies]
iniconfig = "2.1.0"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
`,
};

const project = {
  "pyproject.toml": `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["idna==3.10"]

[project.scripts]
serve = "app.serve:main"

[tool.poetry]
packages = [{ include = "app", from = "src" }]

[build-system]
requires = ["poetry-core==2.2.1"]
build-backend = "poetry.core.masonry.api"
`,
  "src/app/__init__.py": "",
  "src/app/serve.py": "def main():\n    import app.server\n",
  "src/app/server.py": server(`idna.encode("b\\u00fccher").decode()`, "idna"),
};

const cases: readonly AppCase[] = [
  {
    name: "Poetry and packages of the main group only",
    app: { files: classic, commands: poetry.lock },
    says: ["Poetry "],
    answers: { "/": [200, ["idna"]] },
  },
  {
    name: "Poetry and selected groups",
    app: { files: classic, commands: poetry.lock },
    env: { BP_POETRY_INSTALL_ONLY: "main,production" },
    says: ["Poetry "],
    answers: { "/": [200, ["idna", "inflection"]] },
  },
  {
    name: "Poetry and a project that is a package with a script",
    app: { files: project, commands: poetry.lock },
    says: ["Poetry "],
    processes: { web: "with-signals serve" },
    answers: { "/": "xn--bcher-kva" },
  },
  likeSmall("Poetry and packages that are upgraded between builds", {
    app: { files: poetry.files(), commands: poetry.lock },
    upgraded: {
      app: { files: poetry.files(small.pinnedAnew), commands: poetry.lock },
      moved: ["libcnb/python-packages:venv", "SBOM", code],
      answers: small.answers,
    },
  }),
  likeSmall("a requested Poetry version", {
    app: { files: poetry.files(), commands: poetry.lock },
    env: { BP_POETRY_VERSION: "2.4.3" },
    says: ["Poetry 2.4.3"],
  }),
  likeSmall("Pipenv and packages that are upgraded between builds", {
    app: { files: pipenv.files(), commands: pipenv.lock },
    upgraded: {
      app: { files: pipenv.files(small.pinnedAnew), commands: pipenv.lock },
      moved: ["libcnb/python-packages:venv", "SBOM", code],
      answers: small.answers,
    },
  }),
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);
