import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, flask } from "./test-build.ts";

describe("the build of a Python app fails", () => {
  const hint =
    "Add gunicorn to the app's dependencies (gunicorn, hypercorn, granian, uwsgi, waitress are supported), or write a command after web: in a Procfile.";

  test.for<[string, FileMap, string, Env, object]>([
    [
      "if there is nothing to start",
      { "lib.py": "def f(): pass" },
      "x",
      {},
      {
        code: "PYTHON_START_MISSING",
        message:
          "nothing to start: there is no Procfile, and the app has no app of a known framework (Django, Flask, FastAPI, Starlette, Streamlit, Gradio, …), no script in pyproject.toml, and no main.py or app.py that runs code",
        hint: 'Write the line "web: gunicorn shop:app" into a file Procfile, or set BP_PYTHON_START to the start command, such as "gunicorn shop:app". For an image without a process, set BP_PYTHON_START=none.',
      },
    ],
    [
      "if no server for the app is installed",
      { "app.py": "import falcon\napp = falcon.App()" },
      "falcon",
      {},
      {
        code: "PYTHON_START_MISSING",
        message: "nothing to start: found app in app.py, a Falcon app, but no server for it is installed",
        hint,
      },
    ],
    [
      "if the only script belongs to a project that is not installed",
      { "pyproject.toml": '[project.scripts]\nserve = "a:b"' },
      "x",
      {},
      {
        code: "PYTHON_START_MISSING",
        message:
          "nothing to start: pyproject.toml has the script serve, but the project is not installed as a package, so this program does not exist",
      },
    ],
    [
      "if the start command opens a prompt",
      { Procfile: "web: python3 -u", "a.py": "" },
      "x",
      {},
      { code: "PYTHON_START_INTERACTIVE" },
    ],
    [
      "if the start command runs a program that is not installed",
      { Procfile: "web: A=1 gunicorn x:y", "a.py": "" },
      "x",
      {},
      { code: "PYTHON_PROGRAM_MISSING", message: "the start command runs gunicorn, which is not installed" },
    ],
    [
      "if the start command runs a package manager",
      { Procfile: "web: uv sync && gunicorn x:y", "a.py": "" },
      "gunicorn",
      {},
      {
        code: "PYTHON_PROGRAM_MISSING",
        message:
          'web in Procfile is "uv sync && gunicorn x:y": the image contains the packages that uv installed, but not uv itself',
        hint: 'Remove "uv sync": the build installs the packages, and their programs are in PATH.',
      },
    ],
    [
      "if BP_LAUNCHPOINT does not exist",
      { "a.py": "" },
      "x",
      { BP_LAUNCHPOINT: "b.py" },
      { code: "PYTHON_LAUNCHPOINT_MISSING" },
    ],
    [
      "if BP_PYTHON_APP is not of the form module:name",
      { "a.py": "" },
      "x",
      { BP_PYTHON_APP: "a.py" },
      { code: "PYTHON_APP_INVALID", message: 'BP_PYTHON_APP is "a.py": it does not have the form module:name' },
    ],
    [
      "if BP_PYTHON_APP names a missing module",
      { "a.py": "" },
      "x",
      { BP_PYTHON_APP: "b:app" },
      { code: "PYTHON_APP_INVALID", message: 'BP_PYTHON_APP is "b:app": the project has no module b' },
    ],
    [
      "if BP_PYTHON_APP names a missing object",
      { "a.py": "" },
      "x",
      { BP_PYTHON_APP: "a:app" },
      { code: "PYTHON_APP_INVALID", message: 'BP_PYTHON_APP is "a:app": a.py does not define app' },
    ],
    [
      "if BP_PYTHON_APP names an app whose framework is not installed",
      { "a.py": flask },
      "flask-x",
      { BP_PYTHON_APP: "a:app" },
      {
        code: "PYTHON_APP_INVALID",
        message: 'BP_PYTHON_APP is "a:app": found app in a.py, a Flask app, but flask is not installed',
      },
    ],
  ])("%s", async ([, app, packages, env, error]) => {
    await expect(built(app, packages, env)).rejects.toMatchObject(error);
  });

  test("if the app's modules are links out of the app, directories, in import cycles or not UTF-8", async () => {
    const app: FileMap = {
      "main.py": "-> /etc/passwd",
      "app.py/x": "",
      "a.py": "from b import app",
      "b.py": "from a import app",
      "wsgi.py": new Uint8Array([0xff, 0xfe]),
    };
    await expect(built(app)).rejects.toMatchObject({ code: "PYTHON_START_MISSING" });
  });
});
