import { test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { code, likeSmall, requirements, server, small, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

const world = usePythonWorld();

const withLines = (lines: readonly string[], files: Readonly<Record<string, string>> = {}) => ({
  files: { ...small.code, "requirements.txt": requirements(...lines), ...files },
});

const local = {
  "words/pyproject.toml": `[project]
name = "words"
version = "1.0.0"

[build-system]
requires = ["setuptools==80.9.0"]
build-backend = "setuptools.build_meta"
`,
  "words/src/words/__init__.py": `greeting = "hello"\n`,
};

/** The digests that PyPI has of the two packages' files. */
const hashed = [
  "idna==3.10 --hash=sha256:946d195a0d259cbba61165e88e65941f16e9b36ea6ddb97f00452bae8b1287d3",
  "inflection==0.5.1 --hash=sha256:f38b2b640938a4f35ade69ac3d053042959b62a0f1076a5bbaa1b9526605a8a2",
];

const cases: readonly AppCase[] = [
  likeSmall("requirements files with includes and constraints", {
    app: withLines(["-r requirements/base.txt", "-c constraints.txt", "inflection"], {
      "requirements/base.txt": "# of all\n-r more.txt\n",
      "requirements/more.txt": "idna  # as constrained\n",
      "constraints.txt": requirements(...small.pinned),
    }),
    upgraded: {
      app: withLines(["-r requirements/base.txt", "-c constraints.txt", "inflection"], {
        "requirements/base.txt": "# of all\n-r more.txt\n",
        "requirements/more.txt": "idna  # as constrained\n",
        "constraints.txt": requirements(...small.pinnedAnew),
      }),
      moved: ["libcnb/python-packages:venv", "SBOM", code],
      answers: small.answers,
    },
  }),
  likeSmall("requirements with digests", { app: withLines(hashed) }),
  likeSmall("a requirements file of another name", {
    app: { files: { ...small.code, "requirements/production.txt": requirements(...small.pinned) } },
    env: { BP_PIP_REQUIREMENT: "requirements/production.txt" },
  }),
  likeSmall("packages in vendor without an index", {
    app: {
      ...withLines(small.pinned),
      commands: [["pip==26.1.2", "download", "--quiet", "--dest", "vendor", "-r", "requirements.txt"]],
    },
    env: { PIP_INDEX_URL: "http://127.0.0.1:9/simple" },
  }),
  {
    name: "an editable package in the app",
    app: {
      files: { ...local, "main.py": server("words.greeting", "words"), "requirements.txt": "-e ./words\n" },
    },
    says: ["Installed packages"],
    answers: { "/": "hello" },
    changed: {
      files: { "words/src/words/__init__.py": `greeting = "bye"\n` },
      moved: [code],
      answers: { "/": "bye" },
    },
  },
  {
    name: "a pyproject.toml without requirements.txt",
    app: {
      files: {
        "pyproject.toml": `[project]
name = "app"
version = "1.0.0"
dependencies = ["idna==3.10"]

[project.scripts]
web = "app:main"

[build-system]
requires = ["setuptools==80.9.0"]
build-backend = "setuptools.build_meta"
`,
        "src/app/__init__.py": "def main():\n    import app.server\n",
        "src/app/server.py": server(`idna.encode("b\\u00fccher").decode()`, "idna"),
      },
    },
    says: ["Installed packages"],
    processes: { web: "with-signals web" },
    answers: { "/": "xn--bcher-kva" },
  },
  {
    name: "a package compiled from C sources",
    app: {
      files: {
        "main.py": server("type(markupsafe._speedups).__name__", "markupsafe._speedups"),
        "requirements.txt": "--no-binary markupsafe\nmarkupsafe==3.0.2\n",
      },
    },
    env: { BP_CPYTHON_VERSION: "3.11" },
    says: ["Python 3.11"],
    answers: { "/": "module" },
  },
  likeSmall("a .venv from the developer's machine", {
    app: {
      files: {
        ...tools.pip.files(),
        ".venv/pyvenv.cfg": "home = /somewhere/else\n",
        ".venv/lib/python3.9/site-packages/idna/__init__.py": `raise ImportError("of another machine")\n`,
        "__pycache__/main.cpython-39.pyc": "old",
      },
    },
  }),
];

test.for(cases)("a pip app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);
