import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, fastapi, flask } from "./test-build.ts";

const uvicorn = (target: string) => `sh -c exec uvicorn ${target} --host 0.0.0.0 --port $PORT`;
const gunicornAsgi = (target: string) => `gunicorn --worker-class uvicorn_worker.UvicornWorker ${target}`;
const main = 'if __name__ == "__main__":\n    pass\n';

describe("the start command of a Python app", () => {
  test.for<[string, FileMap, string, string, string?]>([
    ["is gunicorn for a Flask app", { "app.py": flask }, "flask gunicorn", "gunicorn app:app"],
    ["is uvicorn for a FastAPI app", { "main.py": fastapi }, "fastapi uvicorn", uvicorn("main:app")],
    [
      "is gunicorn with uvicorn's worker if both are installed",
      { "main.py": fastapi },
      "fastapi uvicorn uvicorn-worker gunicorn",
      gunicornAsgi("main:app"),
    ],
    ["serves main.py rather than app.py", { "app.py": flask, "main.py": flask }, "flask gunicorn", "gunicorn main:app"],
    [
      "serves wsgi.py rather than all other modules",
      {
        "wsgi.py": "from shop import create_app\napp = create_app()",
        "shop.py": `${flask}def create_app():\n    return Flask()`,
      },
      "flask gunicorn",
      "gunicorn wsgi:app",
    ],
    [
      "serves an app in a module of any name",
      { "hello.py": flask, "util.py": "x = 1" },
      "flask gunicorn",
      "gunicorn hello:app",
    ],
    [
      "does not serve a file whose name a shell or a server would misread",
      { "$(id).py": flask, "-x.py": flask, "a b.py": flask, "a;id/app.py": flask, "z.py": flask },
      "flask gunicorn",
      "gunicorn z:app",
    ],
    [
      "serves a module with non-ASCII letters in its name",
      { "größe.py": flask },
      "flask gunicorn",
      "gunicorn größe:app",
    ],
    ["runs a script whose name starts with a dash", { "-m.py": main }, "", "with-signals python ./-m.py"],
    [
      "serves an app object of any name",
      { "main.py": fastapi.replace("app =", "shop =") },
      "fastapi uvicorn",
      uvicorn("main:shop"),
    ],
    [
      "serves an app object that main.py imports",
      { "main.py": "from shop.web import app", "shop/__init__.py": "", "shop/web.py": fastapi },
      "fastapi uvicorn",
      uvicorn("main:app"),
    ],
    [
      "serves the result of a function that a package imports from its module",
      {
        "shop/__init__.py": "from .web import make\napp = make()",
        "shop/web.py": "import fastapi as f\ndef make(x=1):\n    return f.FastAPI()",
      },
      "fastapi uvicorn",
      uvicorn("shop:app"),
    ],
    [
      "serves a wrapped app object",
      { "main.py": `${flask}app = ProxyFix(app)` },
      "flask gunicorn",
      "gunicorn main:app",
    ],
    [
      "does not serve an object that wraps the app as an extension",
      { "main.py": `${flask.replace("app =", "web =")}api = Api(web)` },
      "flask gunicorn",
      "gunicorn main:web",
    ],
    [
      "serves the result of an app factory",
      { "shop/__init__.py": "from flask import Flask\ndef create_app(x=None):\n    return Flask(x)" },
      "flask gunicorn",
      "gunicorn shop:create_app()",
    ],
    [
      "serves a directory that is not a package from that directory",
      { "api/main.py": `from db import x\n${fastapi}`, "api/db.py": "" },
      "fastapi uvicorn",
      uvicorn("main:app"),
      "<app>/api",
    ],
    [
      "serves a package in src from src",
      { "src/shop/__init__.py": "", "src/shop/main.py": fastapi },
      "fastapi uvicorn",
      uvicorn("shop.main:app"),
      "<app>/src",
    ],
    [
      "serves an installed package in src from the app's directory",
      {
        "src/my_shop/__init__.py": "",
        "src/my_shop/main.py": fastapi,
        "pyproject.toml": '[project]\nname = "My.Shop"',
      },
      "fastapi uvicorn my_shop",
      uvicorn("my_shop.main:app"),
    ],
    [
      "serves src as a package if modules in src import src",
      { "src/main.py": `from src.db import x\n${fastapi}` },
      "fastapi uvicorn",
      uvicorn("src.main:app"),
    ],
    [
      "serves the entrypoint in [tool.fastapi]",
      { "main.py": fastapi, "x/y.py": fastapi, "pyproject.toml": '[tool.fastapi]\nentrypoint = "x.y:app"' },
      "fastapi uvicorn",
      uvicorn("x.y:app"),
    ],
    [
      "is flask run if no other server is installed",
      { "app.py": flask },
      "flask",
      "with-signals sh -c exec flask --app app:app run --host 0.0.0.0 --port $PORT",
    ],
    [
      "is streamlit run for a Streamlit app",
      { "Home.py": "import streamlit as st" },
      "streamlit uvicorn",
      "sh -c exec streamlit run Home.py --server.address 0.0.0.0 --server.port $PORT --server.headless true --browser.gatherUsageStats false",
    ],
    [
      "is chainlit run for a Chainlit app",
      { "app.py": "import chainlit as cl\n@cl.on_message\nasync def a(m): pass" },
      "chainlit uvicorn",
      "with-signals sh -c exec chainlit run app.py --host 0.0.0.0 --port $PORT --headless",
    ],
    [
      "is python with GRADIO_SERVER_PORT for a Gradio app",
      { "app.py": "import gradio as gr\ngr.Interface(f).launch()" },
      "gradio uvicorn",
      "with-signals sh -c GRADIO_SERVER_PORT=$PORT python app.py",
    ],
    [
      "serves the FastAPI app that mounts a Gradio app",
      { "app.py": `import gradio as gr\n${fastapi}app = gr.mount_gradio_app(app, demo, path="/")` },
      "gradio fastapi uvicorn",
      uvicorn("app:app"),
    ],
    [
      "is the project's script named serve",
      { "pyproject.toml": '[project.scripts]\nx = "a:b"\nserve = "a:c"' },
      "serve x",
      "with-signals serve",
    ],
    [
      "is the project's only script",
      { "pyproject.toml": '[tool.poetry.scripts]\nshop = "a:b"' },
      "shop",
      "with-signals shop",
    ],
    [
      "runs app.py if app.py runs code and main.py does not",
      { "app.py": main, "main.py": "x = 1" },
      "x",
      "with-signals python app.py",
    ],
    [
      "runs the package with a __main__.py",
      { "pyproject.toml": '[project]\nname = "my-bot"', "my_bot/__main__.py": "" },
      "x",
      "with-signals python -m my_bot",
    ],
    [
      "runs the only module that runs code",
      { "my bot.py": main, "setup.py": main },
      "x",
      "with-signals python my bot.py",
    ],
    [
      "is the web command of a Procfile",
      { Procfile: "web: gunicorn -w 1 app:app", "app.py": flask },
      "flask gunicorn",
      "gunicorn -w 1 app:app",
    ],
  ])("%s", async ([, app, packages, command, workingDir]) => {
    const { processes, commands } = await built(app, packages);
    expect([commands["web"], processes["web"]?.workingDir, processes["web"]?.default]).toEqual([
      command,
      workingDir,
      true,
    ]);
  });

  test.for<[string, Env, string, string]>([
    [
      "BP_PYTHON_START",
      { BP_PYTHON_START: "gunicorn x:y --bind :$PORT", BP_LAUNCHPOINT: "a.py" },
      "sh -c exec gunicorn x:y --bind :$PORT",
      "BP_PYTHON_START",
    ],
    ["BP_LAUNCHPOINT", { BP_LAUNCHPOINT: "-a.py" }, "with-signals python ./-a.py", "BP_LAUNCHPOINT"],
    [
      "BP_PYTHON_APP",
      { BP_PYTHON_APP: "shop:other" },
      "gunicorn shop:other",
      "BP_PYTHON_APP: other in shop.py, a Flask app, and the server gunicorn; to start something else, write the command after web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ],
    [
      "a function in BP_PYTHON_APP",
      { BP_PYTHON_APP: "shop:make()" },
      "gunicorn shop:make()",
      "BP_PYTHON_APP: make in shop.py, which creates a Flask app, and the server gunicorn; to start something else, write the command after web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ],
  ])("is the one in %s rather than in a Procfile", async ([, env, command, because]) => {
    const app = {
      Procfile: "web: gunicorn shop:app",
      "-a.py": "",
      "shop.py": `${flask}other = Flask(1)\ndef make():\n    return Flask(2)`,
    };
    const { commands, lines } = await built(app, "flask gunicorn", env);
    expect([commands, lines[1]]).toEqual([{ web: command }, `Chosen because of ${because}`]);
  });

  test("is absent if BP_PYTHON_START is none", async () => {
    const { processes, lines } = await built({ "app.py": flask }, "flask gunicorn", { BP_PYTHON_START: "none" });
    expect([processes, lines]).toEqual([{}, ["The image has no process: BP_PYTHON_START is none"]]);
  });

  test("comes from the Procfile of a project in a subdirectory, or from the app's Procfile", async () => {
    const env = { BP_PYTHON_PROJECT_PATH: "api" };
    const own = await built(
      { "api/main.py": fastapi, "api/Procfile": "clock: python main.py", Procfile: "web: x" },
      "fastapi uvicorn",
      env,
    );
    const shared = await built({ "api/main.py": fastapi, Procfile: "web: ./start" }, "fastapi uvicorn", env);
    const locations = [own, shared].map(({ processes }) =>
      Object.entries(processes).map(([type, { workingDir }]) => [type, workingDir]),
    );
    expect(locations).toEqual([
      [
        ["web", "<app>/api"],
        ["clock", "<app>/api"],
      ],
      [["web", undefined]],
    ]);
  });
});
