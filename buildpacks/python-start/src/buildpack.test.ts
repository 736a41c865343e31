import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, detect, type FileMap, writeFiles } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import pythonStart from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Env = Readonly<Record<string, string>>;

describe("detect", () => {
  const python = { name: "python", metadata: { launch: true } };
  const packages = { name: "python_packages", metadata: { launch: true } };

  test.for<[string, FileMap, Env]>([
    ["requirements.txt", { "requirements.txt": "" }, {}],
    ["pyproject.toml", { "pyproject.toml": "" }, {}],
    ["a lockfile", { "uv.lock": "" }, {}],
    ["a misspelt file name", { "requirments.txt": "" }, {}],
    ["a module", { "hello.py": "" }, {}],
    ["a project in a folder", { "services/api/Pipfile": "" }, { BP_PYTHON_PROJECT_PATH: "services/api/" }],
    ["a file that is named", { "bin/serve": "" }, { BP_LAUNCHPOINT: "bin/serve" }],
  ])("passes with %s", async ([, app, env]) => {
    expect(await detect(pythonStart, { buildpack, app, env })).toMatchObject({
      outcome: "pass",
      plan: [
        { provides: [], requires: [python, packages] },
        { provides: [], requires: [python] },
      ],
    });
  });

  const looked = "has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no file .py.";

  test.for<[string, FileMap, Env, string]>([
    [
      "an app in another language",
      { "package.json": "{}", Procfile: "web: node ." },
      {},
      `no Python app: the app ${looked} Add one of them, set BP_PYTHON_PROJECT_PATH to the folder of the project, or check that this is the right folder.`,
    ],
    [
      "a folder without a project",
      { "web/index.html": "", "api/main.py": "" },
      { BP_PYTHON_PROJECT_PATH: "web" },
      `no Python app: web ${looked} Add one of them, set BP_PYTHON_PROJECT_PATH to the folder of the project, or check that web is the right folder.`,
    ],
  ])("fails for %s", async ([, app, env, reason]) => {
    expect(await detect(pythonStart, { buildpack, app, env })).toMatchObject({ outcome: "fail", reason });
  });

  test("a folder that is not there is an error", async () => {
    const env = { BP_PYTHON_PROJECT_PATH: "api" };
    await expect(detect(pythonStart, { buildpack, app: {}, env })).rejects.toMatchObject({
      code: "PYTHON_PROJECT_PATH_INVALID",
      message: 'BP_PYTHON_PROJECT_PATH is "api": the app has no such folder',
    });
  });
});

/** A virtual environment, as far as is looked at it: names of packages, their modules, and programs. */
const installed = (names: string): FileMap =>
  Object.fromEntries(
    names
      .split(" ")
      .filter((name) => name !== "")
      .flatMap((name) => [
        [`lib/python3.14/site-packages/${name}-1.0.dist-info/METADATA`, ""],
        [`lib/python3.14/site-packages/${name.replaceAll("-", "_")}/__init__.py`, ""],
        [`bin/${name}`, "#!/bin/sh\n"],
      ]),
  );

/** What a build says of its processes. */
async function built(
  app: FileMap,
  packages = "flask fastapi starlette gunicorn uvicorn uvicorn-worker",
  env: Env = {},
) {
  const venv = await mkdtemp(join(tmpdir(), "venv-"));
  try {
    await writeFiles(venv, installed(packages));
    const outcome = await build(pythonStart, {
      buildpack,
      app,
      env: { VIRTUAL_ENV: venv, PATH: `${venv}/bin`, ...env },
    });
    const { processes } = outcome.parsed.launch;
    const commands = Object.fromEntries(
      Object.entries(processes).map(([type, { command }]) => [type, command.join(" ")]),
    );
    const first = outcome.log.findIndex((line) => /^(Starting|Process|The image has)/.test(line));
    return { ...outcome, lines: outcome.log.slice(first), processes, commands };
  } finally {
    await rm(venv, { recursive: true });
  }
}

const flask = "from flask import Flask\napp = Flask(__name__)\n";
const fastapi = "from fastapi import FastAPI\napp = FastAPI()\n";
const uvicorn = (target: string) => `sh -c exec uvicorn ${target} --host 0.0.0.0 --port $PORT`;
const gunicornAsgi = (target: string) => `gunicorn --worker-class uvicorn_worker.UvicornWorker ${target}`;
const main = 'if __name__ == "__main__":\n    pass\n';

describe("what starts the app", () => {
  test.for<[string, FileMap, string, string, string?]>([
    ["an object of WSGI", { "app.py": flask }, "flask gunicorn", "gunicorn app:app"],
    ["one of ASGI", { "main.py": fastapi }, "fastapi uvicorn", uvicorn("main:app")],
    [
      "one of ASGI for gunicorn",
      { "main.py": fastapi },
      "fastapi uvicorn uvicorn-worker gunicorn",
      gunicornAsgi("main:app"),
    ],
    ["main.py before app.py", { "app.py": flask, "main.py": flask }, "flask gunicorn", "gunicorn main:app"],
    [
      "wsgi.py before all",
      {
        "wsgi.py": "from shop import create_app\napp = create_app()",
        "shop.py": `${flask}def create_app():\n    return Flask()`,
      },
      "flask gunicorn",
      "gunicorn wsgi:app",
    ],
    ["a file of another name", { "hello.py": flask, "util.py": "x = 1" }, "flask gunicorn", "gunicorn hello:app"],
    [
      "an object of another name",
      { "main.py": fastapi.replace("app =", "shop =") },
      "fastapi uvicorn",
      uvicorn("main:shop"),
    ],
    [
      "an object that is imported",
      { "main.py": "from shop.web import app", "shop/__init__.py": "", "shop/web.py": fastapi },
      "fastapi uvicorn",
      uvicorn("main:app"),
    ],
    [
      "one that is imported from beside",
      {
        "shop/__init__.py": "from .web import make\napp = make()",
        "shop/web.py": "import fastapi as f\ndef make(x=1):\n    return f.FastAPI()",
      },
      "fastapi uvicorn",
      uvicorn("shop:app"),
    ],
    ["an object that is wrapped", { "main.py": `${flask}app = ProxyFix(app)` }, "flask gunicorn", "gunicorn main:app"],
    [
      "not what belongs to it",
      { "main.py": `${flask.replace("app =", "web =")}api = Api(web)` },
      "flask gunicorn",
      "gunicorn main:web",
    ],
    [
      "a function that makes it",
      { "shop/__init__.py": "from flask import Flask\ndef create_app(x=None):\n    return Flask(x)" },
      "flask gunicorn",
      "gunicorn shop:create_app()",
    ],
    [
      "a folder that is no package",
      { "api/main.py": `from db import x\n${fastapi}`, "api/db.py": "" },
      "fastapi uvicorn",
      uvicorn("main:app"),
      "<app>/api",
    ],
    [
      "a package in src",
      { "src/shop/__init__.py": "", "src/shop/main.py": fastapi },
      "fastapi uvicorn",
      uvicorn("shop.main:app"),
      "<app>/src",
    ],
    [
      "a package in src that is installed",
      {
        "src/my_shop/__init__.py": "",
        "src/my_shop/main.py": fastapi,
        "pyproject.toml": '[project]\nname = "My.Shop"',
      },
      "fastapi uvicorn my_shop",
      uvicorn("my_shop.main:app"),
    ],
    [
      "src as a package",
      { "src/main.py": `from src.db import x\n${fastapi}` },
      "fastapi uvicorn",
      uvicorn("src.main:app"),
    ],
    [
      "the entry point of FastAPI",
      { "main.py": fastapi, "x/y.py": fastapi, "pyproject.toml": '[tool.fastapi]\nentrypoint = "x.y:app"' },
      "fastapi uvicorn",
      uvicorn("x.y:app"),
    ],
    [
      "the server of a developer",
      { "app.py": flask },
      "flask",
      "with-signals sh -c exec flask --app app:app run --host 0.0.0.0 --port $PORT",
    ],
    [
      "Streamlit",
      { "Home.py": "import streamlit as st" },
      "streamlit uvicorn",
      "sh -c exec streamlit run Home.py --server.address 0.0.0.0 --server.port $PORT --server.headless true --browser.gatherUsageStats false",
    ],
    [
      "Chainlit",
      { "app.py": "import chainlit as cl\n@cl.on_message\nasync def a(m): pass" },
      "chainlit uvicorn",
      "with-signals sh -c exec chainlit run app.py --host 0.0.0.0 --port $PORT --headless",
    ],
    [
      "Gradio",
      { "app.py": "import gradio as gr\ngr.Interface(f).launch()" },
      "gradio uvicorn",
      "with-signals sh -c GRADIO_SERVER_PORT=$PORT python app.py",
    ],
    [
      "Gradio in FastAPI",
      { "app.py": `import gradio as gr\n${fastapi}app = gr.mount_gradio_app(app, demo, path="/")` },
      "gradio fastapi uvicorn",
      uvicorn("app:app"),
    ],
    [
      "a program of the project",
      { "pyproject.toml": '[project.scripts]\nx = "a:b"\nserve = "a:c"' },
      "serve x",
      "with-signals serve",
    ],
    ["the only program", { "pyproject.toml": '[tool.poetry.scripts]\nshop = "a:b"' }, "shop", "with-signals shop"],
    ["a script", { "app.py": main, "main.py": "x = 1" }, "x", "with-signals python app.py"],
    [
      "a package that runs",
      { "pyproject.toml": '[project]\nname = "my-bot"', "my_bot/__main__.py": "" },
      "x",
      "with-signals python -m my_bot",
    ],
    ["the only script", { "my bot.py": main, "setup.py": main }, "x", "with-signals python my bot.py"],
    [
      "web in a Procfile",
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
      ...(["BP_PYTHON_APP", { BP_PYTHON_APP: "shop:other" }, "gunicorn shop:other"] as const),
      "BP_PYTHON_APP: other in shop.py, a Flask app, and the server gunicorn; write another command behind web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ],
    [
      ...(["a function in BP_PYTHON_APP", { BP_PYTHON_APP: "shop:make()" }, "gunicorn shop:make()"] as const),
      "BP_PYTHON_APP: make in shop.py, a Flask app that it makes, and the server gunicorn; write another command behind web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ],
  ])("%s comes before a Procfile", async ([, env, command, because]) => {
    const app = {
      Procfile: "web: gunicorn shop:app",
      "-a.py": "",
      "shop.py": `${flask}other = Flask(1)\ndef make():\n    return Flask(2)`,
    };
    const { commands, lines } = await built(app, "flask gunicorn", env);
    expect([commands, lines[1]]).toEqual([{ web: command }, `Chosen because of ${because}`]);
  });

  test("BP_PYTHON_START=none makes an image without a process", async () => {
    const { processes, lines } = await built({ "app.py": flask }, "flask gunicorn", { BP_PYTHON_START: "none" });
    expect([processes, lines]).toEqual([{}, ["The image has no process: BP_PYTHON_START is none"]]);
  });

  test("a project in a folder has its Procfile, or that of the app", async () => {
    const env = { BP_PYTHON_PROJECT_PATH: "api" };
    const own = await built(
      { "api/main.py": fastapi, "api/Procfile": "clock: python main.py", Procfile: "web: x" },
      "fastapi uvicorn",
      env,
    );
    const shared = await built({ "api/main.py": fastapi, Procfile: "web: ./start" }, "fastapi uvicorn", env);
    const places = [own, shared].map(({ processes }) =>
      Object.entries(processes).map(([type, { workingDir }]) => [type, workingDir]),
    );
    expect(places).toEqual([
      [
        ["web", "<app>/api"],
        ["clock", "<app>/api"],
      ],
      [["web", undefined]],
    ]);
  });
});

describe("what it says", () => {
  test("the command, why, and how to have another one", async () => {
    expect((await built({ "app.py": flask }, "flask gunicorn")).lines).toEqual([
      'Starting the app with "gunicorn app:app"',
      "Chosen because of app in app.py, a Flask app, and the server gunicorn; write another command behind web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ]);
  });

  test.for<[string, FileMap, string, readonly string[]]>([
    [
      "a server for development",
      { "app.py": flask },
      "flask",
      [
        "flask run is a server for development: slow, and not made to be safe. Add gunicorn to the app's dependencies, and the app is started with that.",
      ],
    ],
    [
      "what was found and could not be started",
      { "app.py": flask, "main.py": fastapi },
      "flask gunicorn",
      [
        "Passed over: there is app in main.py, a FastAPI app, but fastapi is not installed. Add the package of fastapi to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
      ],
    ],
    [
      "lines of a Procfile that are of no use",
      { Procfile: "web gunicorn\nweb: gunicorn app:app", "app.py": flask },
      "flask gunicorn",
      ['line 1 of Procfile is ignored: it is not of the form "web: command"'],
    ],
    [
      "an object that the module does not have",
      { Procfile: "web: gunicorn app:application", "app.py": flask },
      "flask gunicorn",
      ["web in Procfile serves application of app.py, which has no such name (it has app)."],
    ],
    [
      "a file that is not there",
      { Procfile: "web: python server.py", "app.py": "" },
      "x",
      ["web in Procfile runs server.py, which the app does not have. Check the path: it is relative to the app."],
    ],
    [
      "a server that nobody reaches",
      { Procfile: "web: uvicorn main:app", "main.py": fastapi },
      "fastapi uvicorn",
      [
        "web in Procfile runs uvicorn without an address: it can be reached from within the container only. Add --host 0.0.0.0 --port $PORT, or what uvicorn calls these.",
      ],
    ],
    [
      "a process that cannot start",
      { Procfile: "web: gunicorn app:app\nworker: celery worker", "app.py": flask },
      "flask gunicorn",
      [
        "celery is to start the app, but it is not installed: the process worker cannot start. Add celery to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
      ],
    ],
  ])("warns of %s", async ([, app, packages, warnings]) => {
    const { log } = await built(app, packages);
    expect(log.filter((line) => !/^(Starting the app|Process|Chosen because|\d+ settings? ha)/.test(line))).toEqual(
      warnings,
    );
  });
});

describe("other processes", () => {
  test.for<[string, FileMap, string, Readonly<Record<string, string>>]>([
    [
      "those of a Procfile",
      { Procfile: "release: ./migrate && echo done\nworker: A=1 python w.py", "w.py": "" },
      "x",
      { release: "with-signals sh -c ./migrate && echo done", worker: "with-signals python w.py" },
    ],
    [
      "programs of the project",
      { "pyproject.toml": '[project.scripts]\nworker = "a:b"\nrelease = "a:c"\nx = "a:d"', "app.py": flask },
      "worker release flask gunicorn",
      { release: "with-signals release", worker: "with-signals worker", web: "gunicorn app:app" },
    ],
    [
      "tasks of Celery",
      { "app.py": flask, "shop/__init__.py": "", "shop/celery.py": "import celery\nqueue = celery.Celery()" },
      "flask gunicorn celery",
      { worker: "celery --app shop.celery:queue worker --loglevel INFO", web: "gunicorn app:app" },
    ],
  ])("are %s", async ([, app, packages, expected]) => {
    expect((await built(app, packages)).commands).toEqual(expected);
  });

  test("have variables of their own, and all have a port", async () => {
    const { layers } = await built({ Procfile: "web: A=1 B='c d' gunicorn x:y" }, "gunicorn");
    const env = Object.entries(layers).filter(([name]) => name.includes("env.launch"));
    expect(Object.fromEntries(env)).toEqual({
      "start/env.launch/PORT.default": "8080",
      "start/env.launch/web/A.override": "1",
      "start/env.launch/web/B.override": "c d",
    });
  });
});

describe("errors", () => {
  const hint =
    "Add gunicorn to the app's dependencies (gunicorn, hypercorn, granian, uwsgi, waitress are known), or name a command behind web: in a Procfile.";

  test.for<[string, FileMap, string, Env, object]>([
    [
      ...(["nothing to start", { "lib.py": "def f(): pass" }, "x", {}] as const),
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
      ...([
        "a script of a project that is not installed",
        { "pyproject.toml": '[project.scripts]\nserve = "a:b"' },
        "x",
        {},
      ] as const),
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
      { Procfile: "web: uv run gunicorn x:y", "a.py": "" },
      "gunicorn",
      {},
      { code: "PYTHON_PROGRAM_MISSING", hint: 'Leave out "uv run": programs of the app\'s packages are in PATH.' },
    ],
    [
      "a file that is not there",
      { "a.py": "" },
      "x",
      { BP_LAUNCHPOINT: "b.py" },
      { code: "PYTHON_LAUNCHPOINT_MISSING" },
    ],
    [
      "what is no object",
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

  test("links that lead out of the app, folders and circles are no modules", async () => {
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
