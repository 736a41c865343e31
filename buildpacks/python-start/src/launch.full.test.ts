import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileMap } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { environment, launched } from "./test-launch.ts";

/** Apps that say hello at `/`. */
const flask = `from flask import Flask\napp = Flask(__name__)\n\n@app.get("/")\ndef hello():\n    return "hello"\n`;
const flaskFactory = `from flask import Flask\n\ndef create_app(settings=None):\n    app = Flask(__name__)\n    app.get("/")(lambda: "hello")\n    return app\n`;
const fastapi = `from fastapi import FastAPI\nfrom fastapi.responses import PlainTextResponse\n\napp = FastAPI()\n\n@app.get("/", response_class=PlainTextResponse)\ndef hello():\n    return "hello"\n`;
const fastapiFactory = `from fastapi import FastAPI\nfrom fastapi.responses import PlainTextResponse\n\ndef create_app() -> FastAPI:\n    app = FastAPI()\n    app.get("/", response_class=PlainTextResponse)(lambda: "hello")\n    return app\n`;
const quart = `from quart import Quart\napp = Quart(__name__)\n\n@app.get("/")\nasync def hello():\n    return "hello"\n`;
const starlette = `from starlette.applications import Starlette\nfrom starlette.responses import PlainTextResponse\nfrom starlette.routing import Route\n\napplication = Starlette(routes=[Route("/", lambda request: PlainTextResponse("hello"))])\n`;
const litestar = `from litestar import Litestar, get\n\n@get("/", sync_to_thread=False, media_type="text/plain")\ndef hello() -> str:\n    return "hello"\n\napp = Litestar([hello])\n`;
const bottle = `import bottle\n\nbottle.route("/")(lambda: "hello")\napp = bottle.default_app()\n`;
const falcon = `import falcon\n\nclass Hello:\n    def on_get(self, request, response):\n        response.text = "hello"\n\napp = falcon.App()\napp.add_route("/", Hello())\n`;
const sanic = `from sanic import Sanic, text\n\napp = Sanic("hello")\n\n@app.get("/")\nasync def hello(request):\n    return text("hello")\n`;
const fasthtml = `from fasthtml.common import *\n\napp, rt = fast_app()\n\n@rt("/")\ndef get():\n    return "hello"\n\nserve()\n`;
const streamlit = `import streamlit as st\n\nst.write("hello")\n`;
const chainlit = `import chainlit as cl\n\n@cl.on_message\nasync def answer(message):\n    await cl.Message(message.content).send()\n`;
const gradio = `import gradio as gr\n\ndemo = gr.Interface(lambda text: text, "text", "text")\ndemo.launch()\n`;
const dash = `from dash import Dash, html\n\napp = Dash()\napp.layout = html.Div("hello")\n\nif __name__ == "__main__":\n    app.run()\n`;
const dashServer = dash.replace("app = Dash()\n", "app = Dash()\nserver = app.server\n");
const django: FileMap = {
  "manage.py": `import os\nimport sys\nfrom django.core.management import execute_from_command_line\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\nexecute_from_command_line(sys.argv)\n`,
  "shop/__init__.py": "",
  "shop/settings.py": `SECRET_KEY = "x"\nALLOWED_HOSTS = ["*"]\nROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = []\n`,
  "shop/urls.py": `from django.http import HttpResponse\nfrom django.urls import path\nurlpatterns = [path("", lambda request: HttpResponse("hello"))]\n`,
  "shop/wsgi.py": `import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\napplication = get_wsgi_application()\n`,
  "shop/asgi.py": `import os\nfrom django.core.asgi import get_asgi_application\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\napplication = get_asgi_application()\n`,
};
const script = `from http.server import BaseHTTPRequestHandler, HTTPServer\nimport os\n\nclass Hello(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n        self.wfile.write(b"hello")\n\nif __name__ == "__main__":\n    HTTPServer(("0.0.0.0", int(os.environ["PORT"])), Hello).serve_forever()\n`;
const scriptFunction = script.replace(/if __name__.*/, "def run():");
const pipfile = `[scripts]\nweb = { call = "shop.main:run" }\n`;
const clock = `import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\nprint("tick")\nwhile True:\n    time.sleep(1)\n`;
const celery = `from celery import Celery\n\ncelery = Celery("shop", broker="memory://")\n`;

interface Case {
  readonly app: FileMap;
  readonly line: string;
  /** The response of the app. Default: hello. */
  readonly answer?: RegExp;
  /** Its exit code after SIGTERM; by default 0. */
  readonly end?: number;
  readonly more?: Partial<Parameters<typeof launched>[1]>;
  /** With the first one of the container; by default it does not matter. */
  readonly processes?: number;
}

const uvicorn = "--host 0.0.0.0 --port $PORT";
const workers = `\${WEB_CONCURRENCY:-1}`;
const two = { env: { WEB_CONCURRENCY: "2" } };

/** Apps by the packages that are installed for them. */
type Cases = readonly (readonly [packages: string, cases: readonly Case[], python?: "3.11"])[];

const usual: Cases = [
  [
    "flask gunicorn",
    [
      { app: { "app.py": flask }, line: "gunicorn app:app", processes: 2 },
      { app: { "shop/__init__.py": flaskFactory }, line: "gunicorn 'shop:create_app()'", more: two, processes: 3 },
      { app: { Procfile: "web: cd api && gunicorn app:app", "api/app.py": flask }, line: "cd api && gunicorn app:app" },
      { app: { Procfile: "web: uv run gunicorn app:app", "app.py": flask }, line: "gunicorn app:app" },
      { app: { Procfile: "web: uv run main.py", "main.py": script }, line: "python main.py", end: 143 },
      {
        app: {
          Procfile: "web: pipenv run web",
          Pipfile: pipfile,
          "shop/__init__.py": "",
          "shop/main.py": scriptFunction,
        },
        line: `python -c 'import sys, shop.main as app; sys.exit(app.run())'`,
        end: 143,
      },
      { app: { "main.py": script }, line: "python main.py", end: 143 },
      {
        app: { Procfile: "web: gunicorn x:y\nclock: python clock.py", "clock.py": clock },
        line: "python clock.py",
        more: { type: "clock", ready: /tick/ },
        end: 7,
      },
    ],
  ],
];

const others: Cases = [
  [
    "fastapi uvicorn",
    [
      { app: { "main.py": fastapi }, line: `uvicorn main:app ${uvicorn}`, more: two },
      { app: { "app/main.py": fastapi }, line: `uvicorn app.main:app ${uvicorn}` },
      { app: { "src/shop/__init__.py": "", "src/shop/api.py": fastapi }, line: `uvicorn shop.api:app ${uvicorn}` },
      { app: { "shop.py": fastapiFactory }, line: `uvicorn --factory shop:create_app ${uvicorn}` },
      { app: { "asgi.py": starlette }, line: `uvicorn asgi:application ${uvicorn}` },
    ],
  ],
  [
    "fastapi[standard] gunicorn",
    [
      {
        app: { "main.py": fastapi },
        line: "gunicorn --worker-class uvicorn.workers.UvicornWorker main:app",
        more: two,
      },
    ],
  ],
  ["fastapi gunicorn", [{ app: { "main.py": fastapi }, line: "gunicorn --worker-class asgi main:app" }]],
  [
    "flask gunicorn bottle falcon dash",
    [
      { app: { "app.py": bottle }, line: "gunicorn app:app" },
      { app: { "app.py": falcon }, line: "gunicorn app:app" },
      { app: { "app.py": dashServer }, line: "gunicorn app:server", answer: /react-entry-point/ },
      { app: { "app.py": dash }, line: "python app.py", answer: /react-entry-point/, end: 143 },
    ],
  ],
  [
    "quart flask",
    [
      {
        app: { "app.py": quart },
        line: `hypercorn --bind 0.0.0.0:$PORT --workers ${workers} asgi:app:app`,
        more: two,
      },
      { app: { "app.py": flask }, line: `hypercorn --bind 0.0.0.0:$PORT --workers ${workers} wsgi:app:app` },
      {
        app: { "app.py": flaskFactory },
        line: `hypercorn --bind 0.0.0.0:$PORT --workers ${workers} 'wsgi:app:create_app()'`,
      },
    ],
  ],
  [
    "granian flask fastapi",
    [
      {
        app: { "app.py": flask },
        line: `granian --interface wsgi --host 0.0.0.0 --port $PORT --workers ${workers} app:app`,
      },
      {
        app: { "app.py": fastapiFactory },
        line: `granian --interface asgi --host 0.0.0.0 --port $PORT --workers ${workers} --factory app:create_app`,
      },
    ],
  ],
  [
    "waitress flask",
    [
      { app: { "app.py": flask }, line: "waitress-serve --host 0.0.0.0 --port $PORT app:app", end: 143 },
      {
        app: { "app.py": flaskFactory },
        line: "waitress-serve --host 0.0.0.0 --port $PORT --call app:create_app",
        end: 143,
      },
    ],
  ],
  [
    "pyuwsgi flask",
    [
      {
        app: { "app.py": flask },
        line: `uwsgi --http-socket 0.0.0.0:$PORT --master --die-on-term --need-app --enable-threads --processes ${workers} --module app:app`,
      },
    ],
  ],
  [
    "flask",
    [
      { app: { "app.py": flask }, line: "flask --app app:app run --host 0.0.0.0 --port $PORT", end: 143 },
      { app: { "app.py": flaskFactory }, line: "flask --app app:create_app run --host 0.0.0.0 --port $PORT", end: 143 },
    ],
  ],
  ["django gunicorn", [{ app: django, line: "gunicorn shop.wsgi:application" }]],
  ["django daphne", [{ app: django, line: "daphne --bind 0.0.0.0 --port $PORT shop.asgi:application" }]],
  ["django", [{ app: django, line: "python manage.py runserver --noreload 0.0.0.0:$PORT", end: 143 }]],
  ["litestar uvicorn", [{ app: { "app.py": litestar }, line: `uvicorn app:app ${uvicorn}` }]],
  [
    "sanic",
    [
      {
        app: { "server.py": sanic },
        line: "sanic server:app --host 0.0.0.0 --port $PORT --single-process",
      },
    ],
  ],
  ["python-fasthtml", [{ app: { "main.py": fasthtml }, line: `uvicorn main:app ${uvicorn}`, answer: /hello/ }]],
  [
    "streamlit",
    [
      {
        app: { "streamlit_app.py": streamlit },
        answer: /<title>Streamlit/,
        line: "streamlit run streamlit_app.py --server.address 0.0.0.0 --server.port $PORT --server.headless true --browser.gatherUsageStats false",
      },
    ],
  ],
  [
    "chainlit",
    [
      {
        app: { "app.py": chainlit },
        answer: /<!doctype html>/i,
        line: "chainlit run app.py --host 0.0.0.0 --port $PORT --headless",
      },
    ],
    // it does not support the newest Python yet
    "3.11",
  ],
  [
    "gradio",
    [{ app: { "app.py": gradio }, line: "GRADIO_SERVER_PORT=$PORT python app.py", answer: /gradio/, end: 143 }],
  ],
  [
    "celery",
    [
      {
        app: { "main.py": "print(1)", "tasks.py": celery },
        line: "celery --app tasks:celery worker --loglevel INFO",
        more: { type: "worker", ready: /ready/ },
      },
    ],
  ],
];

const isAll = process.env["LIBCNB_TEST_ALL"] === "1";
const dirs: string[] = [];
afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true }))));

test.for(isAll ? [...usual, ...others] : usual)(
  "apps with the packages %s respond, and end on SIGTERM",
  { timeout: 600_000 },
  async ([packages, apps, python]) => {
    const dir = await mkdtemp(join(tmpdir(), "python-start-"));
    dirs.push(dir);
    const venv = await environment(dir, packages.split(" "), python);
    for (const { app, line, answer = /^hello$/, end = 0, more, processes = expect.any(Number) } of apps) {
      const expected = { line, answer: more?.ready ? undefined : expect.stringMatching(answer), end, processes };
      expect(await launched(app, { venv, ...more })).toEqual(expected);
    }
    await rm(dir, { recursive: true });
    dirs.pop();
  },
);
