import { expect, test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { code, pyproject, requirements, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

/** Apps as the guides of their frameworks show them, started by what is guessed. */
const world = usePythonWorld();

const withPackages = (list: readonly string[], files: Readonly<Record<string, string>>) => ({
  files: { "requirements.txt": requirements(...list), ...files },
});

const fastapi = (text: string) => `from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def root():
    return {"message": "${text}"}


@app.get("/items/{item_id}")
async def item(item_id: int):
    return {"item": item_id}
`;

const flask = (text: string) => `from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello():
    return "<p>${text}</p>"


if __name__ == "__main__":
    app.run(debug=True)
`;

const factory = {
  "shop/__init__.py": `from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.route("/")
    def hello():
        return {"shop": app.name}

    return app
`,
};

/** As `django-admin startproject` makes it, with a static file and a page. */
const django = (more = "", server = "wsgi") => ({
  "manage.py": `#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
`,
  "mysite/__init__.py": "",
  "mysite/settings.py": `import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY", "only for development")
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware"]
ROOT_URLCONF = "mysite.urls"
${server.toUpperCase()}_APPLICATION = "mysite.${server}.application"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "assets"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
${more}`,
  "mysite/urls.py": urls("first page"),
  [`mysite/${server}.py`]: `import os

from django.core.${server} import get_${server}_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
application = get_${server}_application()
`,
  "assets/site.css": "body { color: black }\n",
});

function urls(text: string): string {
  return `from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("${text}"))]
`;
}

const djangoPackages = ["django==5.2.8", "whitenoise==6.11.0"];
const css = { "/static/site.css": "body { color: black }\n" };

const cases: readonly AppCase[] = [
  {
    name: "FastAPI with its standard packages",
    app: withPackages(["fastapi[standard]==0.124.0"], { "main.py": fastapi("Hello") }),
    says: ["FastAPI"],
    answers: {
      "/": { message: "Hello" },
      "/items/5": { item: 5 },
      "/items/x": [422, { detail: [expect.objectContaining({ type: "int_parsing" })] }],
      "/docs": /swagger/,
    },
    changed: {
      files: { "main.py": fastapi("Bye") },
      answers: { "/": { message: "Bye" } },
      moved: [code],
    },
  },
  {
    name: "FastAPI with uvicorn in a package, installed by uv",
    app: {
      files: {
        "pyproject.toml": pyproject(["fastapi==0.124.0", "uvicorn==0.38.0"]),
        "app/__init__.py": "",
        "app/main.py": fastapi("Hello"),
      },
      commands: tools.uv.lock,
    },
    says: ["FastAPI", "uvicorn"],
    answers: { "/": { message: "Hello" } },
  },
  {
    name: "Flask with gunicorn",
    app: withPackages(["flask==3.1.2", "gunicorn==23.0.0"], { "app.py": flask("Hello") }),
    says: ["Flask", "gunicorn"],
    answers: { "/": "<p>Hello</p>", "/missing": [404, /Not Found/] },
    changed: { files: { "app.py": flask("Bye") }, answers: { "/": "<p>Bye</p>" }, moved: [code] },
  },
  {
    name: "Flask with its development server only",
    app: withPackages(["flask==3.1.2"], { "app.py": flask("Hello") }),
    says: ["Flask", "development"],
    answers: { "/": "<p>Hello</p>" },
    stopped: 143,
  },
  {
    name: "Flask with an app factory in a package",
    app: withPackages(["flask==3.1.2", "gunicorn==23.0.0"], factory),
    says: ["create_app", "gunicorn"],
    answers: { "/": { shop: "shop" } },
  },
  {
    name: "Django with gunicorn and static files",
    app: withPackages([...djangoPackages, "gunicorn==23.0.0"], django()),
    says: ["Django", "1 static file"],
    answers: { "/": "first page", ...css },
    changed: {
      files: { "mysite/urls.py": urls("second page") },
      answers: { "/": "second page" },
      moved: ["app slice 2 of 2"],
    },
  },
  {
    name: "Django with uvicorn",
    app: withPackages([...djangoPackages, "uvicorn==0.38.0"], django("", "asgi")),
    says: ["Django", "uvicorn"],
    answers: { "/": "first page", ...css },
  },
  {
    name: "Django with collectstatic disabled",
    app: withPackages([...djangoPackages, "gunicorn==23.0.0"], django()),
    env: { BP_DJANGO_COLLECTSTATIC: "false" },
    says: ["Django"],
    answers: { "/": "first page", "/static/site.css": [404, /Not Found/] },
  },
  {
    name: "Starlette with uvicorn",
    app: withPackages(["starlette==0.50.0", "uvicorn==0.38.0"], {
      "main.py": `from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("Hello"))])
`,
    }),
    says: ["Starlette", "uvicorn"],
    answers: { "/": "Hello" },
  },
  {
    name: "Litestar with uvicorn",
    app: withPackages(["litestar==2.18.0", "sniffio==1.3.1", "uvicorn==0.38.0"], {
      "app.py": `from litestar import Litestar, get


@get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


app = Litestar([hello])
`,
    }),
    says: ["Litestar", "uvicorn"],
    answers: { "/": { hello: "world" } },
  },
  {
    name: "Quart with hypercorn",
    app: withPackages(["quart==0.20.0", "hypercorn==0.18.0"], {
      "app.py": `from quart import Quart

app = Quart(__name__)


@app.route("/")
async def hello():
    return "Hello"
`,
    }),
    says: ["Quart", "hypercorn"],
    answers: { "/": "Hello" },
  },
  {
    name: "Bottle with gunicorn",
    app: withPackages(["bottle==0.13.4", "gunicorn==23.0.0"], {
      "app.py": `import bottle

app = bottle.Bottle()


@app.route("/")
def hello():
    return "Hello"
`,
    }),
    says: ["gunicorn"],
    answers: { "/": "Hello" },
  },
  {
    name: "aiohttp started by a script",
    app: withPackages(["aiohttp==3.13.2"], {
      "main.py": `import os

from aiohttp import web


async def hello(request):
    return web.Response(text="Hello")


app = web.Application()
app.add_routes([web.get("/", hello)])

if __name__ == "__main__":
    web.run_app(app, port=int(os.environ["PORT"]))
`,
    }),
    says: ["main.py"],
    answers: { "/": "Hello" },
  },
  {
    name: "Streamlit",
    app: withPackages(["streamlit==1.51.0"], {
      "streamlit_app.py": `import streamlit as st

st.title("Hello")
`,
    }),
    env: { BP_CPYTHON_VERSION: "3.11" },
    says: ["streamlit run streamlit_app.py"],
    answers: { "/": /<title>Streamlit<\/title>/, "/_stcore/health": "ok" },
  },
  {
    name: "Gradio",
    app: withPackages(["gradio==5.49.1"], {
      "app.py": `import gradio as gr

demo = gr.Interface(fn=lambda name: "Hello " + name, inputs="text", outputs="text")
demo.launch()
`,
    }),
    env: { BP_CPYTHON_VERSION: "3.11" },
    says: ["GRADIO_SERVER_PORT=$PORT python app.py"],
    answers: { "/": /gradio/ },
    stopped: 143,
  },
  {
    name: "Dash with gunicorn",
    app: withPackages(["dash==3.2.0", "gunicorn==23.0.0"], {
      "app.py": `from dash import Dash, html

app = Dash()
server = app.server
app.layout = html.Div("Hello")
`,
    }),
    env: { BP_CPYTHON_VERSION: "3.11" },
    says: ["gunicorn"],
    answers: { "/": /_dash-config/ },
  },
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);
