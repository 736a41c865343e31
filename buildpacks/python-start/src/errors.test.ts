import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, flask } from "./test-build.ts";

describe("errors", () => {
  const hint =
    "Add gunicorn to the app's dependencies (gunicorn, hypercorn, granian, uwsgi, waitress are known), or name a command behind web: in a Procfile.";

  test.for<[string, FileMap, string, Env, object]>([
    [
      "nothing to start",
      { "lib.py": "def f(): pass" },
      "x",
      {},
      {
        code: "PYTHON_START_MISSING",
        message:
          "nothing to start: there is no Procfile, and the app has no app of a known framework (Django, Flask, FastAPI, Starlette, Streamlit, Gradio, …), no script in pyproject.toml, and no main.py or app.py that does something",
        hint: 'Write the command into a file Procfile, such as "web: gunicorn shop:app", or set BP_PYTHON_START to it; BP_PYTHON_START=none makes an image without a process.',
      },
    ],
    [
      "no server",
      { "app.py": "import falcon\napp = falcon.App()" },
      "falcon",
      {},
      {
        code: "PYTHON_START_MISSING",
        message: "nothing to start: there is app in app.py, a Falcon app, but no server for it is installed",
        hint,
      },
    ],
    [
      "a script of a project that is not installed",
      { "pyproject.toml": '[project.scripts]\nserve = "a:b"' },
      "x",
      {},
      {
        code: "PYTHON_START_MISSING",
        message:
          "nothing to start: pyproject.toml has the script serve, but the project is not installed as a package, so that there is no such program",
      },
    ],
    ["a prompt", { Procfile: "web: python3 -u", "a.py": "" }, "x", {}, { code: "PYTHON_START_INTERACTIVE" }],
    [
      "a program that is not installed",
      { Procfile: "web: A=1 gunicorn x:y", "a.py": "" },
      "x",
      {},
      { code: "PYTHON_PROGRAM_MISSING", message: "gunicorn is to start the app, but it is not installed" },
    ],
    [
      "a tool that is not in the image",
      { Procfile: "web: uv sync && gunicorn x:y", "a.py": "" },
      "gunicorn",
      {},
      {
        code: "PYTHON_PROGRAM_MISSING",
        message:
          'web in Procfile is "uv sync && gunicorn x:y": uv is not in the image, which has the packages that it installs',
        hint: 'Leave out "uv sync": packages are installed in the build, and their programs are in PATH.',
      },
    ],
    [
      "a file that is not there",
      { "a.py": "" },
      "x",
      { BP_LAUNCHPOINT: "b.py" },
      { code: "PYTHON_LAUNCHPOINT_MISSING" },
    ],
    [
      "what is not an object",
      { "a.py": "" },
      "x",
      { BP_PYTHON_APP: "a.py" },
      { code: "PYTHON_APP_INVALID", message: 'BP_PYTHON_APP is "a.py": it is not of the form module:name' },
    ],
    [
      "an object of no module",
      { "a.py": "" },
      "x",
      { BP_PYTHON_APP: "b:app" },
      { code: "PYTHON_APP_INVALID", message: 'BP_PYTHON_APP is "b:app": the project has no module b' },
    ],
    [
      "an object that is not there",
      { "a.py": "" },
      "x",
      { BP_PYTHON_APP: "a:app" },
      { code: "PYTHON_APP_INVALID", message: 'BP_PYTHON_APP is "a:app": a.py has no app' },
    ],
    [
      "an object that no server is for",
      { "a.py": flask },
      "flask-x",
      { BP_PYTHON_APP: "a:app" },
      {
        code: "PYTHON_APP_INVALID",
        message: 'BP_PYTHON_APP is "a:app": there is app in a.py, a Flask app, but flask is not installed',
      },
    ],
  ])("%s", async ([, app, packages, env, error]) => {
    await expect(built(app, packages, env)).rejects.toMatchObject(error);
  });

  test("links out of the app, directories and loops are not modules", async () => {
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
