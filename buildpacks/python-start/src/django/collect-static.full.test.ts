import { glob, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type FileMap } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import pythonStart from "../buildpack.ts";
import { environment } from "../test-launch.ts";

const buildpack = resolve(import.meta.dirname, "../..");

let dir: string;
let venv: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "python-start-"));
  venv = await environment(dir, ["django", "gunicorn"]);
  for await (const utils of glob(join(venv, "lib/*/site-packages/django/utils")))
    await writeFile(join(utils, "libcnb_part.py"), "from django.utils.six import moves as six\n");
}, 300_000);
afterAll(() => rm(dir, { recursive: true }));

const manage = (settings: string) =>
  `import os, sys\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "${settings}")\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n`;

/** An app with the settings that `django-admin startproject` writes, as far as they matter here. */
const project = (settings: string, more: FileMap = {}): FileMap => ({
  "manage.py": manage("shop.settings"),
  "shop/__init__.py": "",
  "shop/settings.py": `import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nSECRET_KEY = "x"\nINSTALLED_APPS = ["django.contrib.staticfiles"]\nSTATIC_URL = "static/"\nSTATIC_ROOT = BASE_DIR / "staticfiles"\nSTATICFILES_DIRS = [BASE_DIR / "assets"]\n${settings}\n`,
  "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
  "assets/style.css": "a { color: red }",
  ...more,
});

const built = (app: FileMap, env: Readonly<Record<string, string>> = {}) =>
  build(pythonStart, {
    buildpack,
    app,
    env: { VIRTUAL_ENV: venv, PATH: `${venv}/bin:${process.env["PATH"]}`, ...env },
  });

test("Django's static files are collected into a slice of the app", async () => {
  const { app, log, parsed } = await built(project(""));
  expect(Object.keys(app).filter((name) => name.startsWith("staticfiles/") || name.includes("__pycache__"))).toEqual([
    "staticfiles/style.css",
  ]);
  expect(parsed.launch.slices).toEqual([["staticfiles"]]);
  expect(log.slice(-3)).toEqual([
    "Collecting static files with Django",
    "$ python manage.py collectstatic --noinput",
    "1 static file copied to '<app>/staticfiles'.",
  ]);
});

test("Django's static files are collected with the settings of the start command", async () => {
  const wsgi =
    'import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.production")\napplication = get_wsgi_application()\n';
  const app = project("", {
    "shop/wsgi.py": wsgi,
    "shop/production.py": 'from .settings import *\nSTATIC_ROOT = BASE_DIR / "public"\n',
  });
  const folders = [await built(app), await built(app, { DJANGO_SETTINGS_MODULE: "shop.settings" })].map(
    ({ parsed }) => parsed.launch.slices,
  );
  expect(folders).toEqual([[["public"]], [["staticfiles"]]]);
});

test("Django's static files are collected for a project in a subdirectory", async () => {
  const app = Object.fromEntries(Object.entries(project("")).map(([name, text]) => [`site/${name}`, text]));
  const { parsed } = await built({ "requirements.txt": "", ...app });
  expect(parsed.launch.slices).toEqual([["site/staticfiles"]]);
  expect(parsed.launch.processes["web"]).toMatchObject({
    command: ["gunicorn", "shop.wsgi:application"],
    workingDir: "<app>/site",
  });
});

test.for<[string, FileMap, Readonly<Record<string, string>>, string]>([
  [
    "BP_DJANGO_COLLECTSTATIC is false",
    project(""),
    { BP_DJANGO_COLLECTSTATIC: "false" },
    "Static files are not collected: BP_DJANGO_COLLECTSTATIC is false",
  ],
  [
    "django.contrib.staticfiles is not in INSTALLED_APPS",
    project("INSTALLED_APPS = []"),
    {},
    "Static files are not collected: django.contrib.staticfiles is not in INSTALLED_APPS",
  ],
  [
    "STATIC_ROOT is not set",
    project("STATIC_ROOT = None"),
    {},
    'Static files are not collected, because STATIC_ROOT is not set: pages such as the Django admin have no styles. Set STATIC_ROOT = BASE_DIR / "staticfiles" in the settings, and serve the files, for example with WhiteNoise. To turn this warning off, set BP_DJANGO_COLLECTSTATIC=false.',
  ],
])("Django's static files are not collected if %s", async ([, app, env, last]) => {
  const { log, parsed } = await built(app, env);
  expect([log.at(-1), parsed.launch.slices]).toEqual([last, []]);
});

const off = "To build without collecting static files, set BP_DJANGO_COLLECTSTATIC=false.";

test.for<[string, FileMap, object]>([
  [
    "a missing environment variable",
    project('SECRET_KEY = os.environ["DJANGO_KEY"]'),
    {
      code: "PYTHON_COLLECTSTATIC_VARIABLE",
      message:
        "collecting static files failed: the Django settings need the environment variable DJANGO_KEY, which is not set in the build",
      hint: `Set it for the build with --env DJANGO_KEY=…; for a secret, any value is sufficient. If it is not a secret, the settings can give it a default instead. ${off}`,
      cause: "python ended with exit code 1",
    },
  ],
  [
    "the environment variable that django-environ requires",
    project(
      'from django.core.exceptions import ImproperlyConfigured\nraise ImproperlyConfigured("Set the SECRET_KEY environment variable")',
    ),
    {
      code: "PYTHON_COLLECTSTATIC_VARIABLE",
      message: expect.stringContaining("need the environment variable SECRET_KEY"),
    },
  ],
  [
    "an empty SECRET_KEY",
    project('SECRET_KEY = os.environ.get("DJANGO_KEY", "")\nINSTALLED_APPS += ["signing"]', {
      "signing/__init__.py": "from django.conf import settings\nkey = settings.SECRET_KEY\n",
    }),
    {
      code: "PYTHON_COLLECTSTATIC_SECRET",
      message: "collecting static files failed: the Django setting SECRET_KEY is empty in the build",
      hint: `Set the environment variable that the settings read for SECRET_KEY, with --env NAME=…; any value is sufficient for the build. ${off}`,
    },
  ],
  [
    "a missing module",
    project("import debug_toolbar"),
    {
      code: "PYTHON_COLLECTSTATIC_MODULE",
      message: "collecting static files failed: the app imports debug_toolbar, which is not installed",
    },
  ],
  [
    "a missing module in INSTALLED_APPS",
    project('INSTALLED_APPS += ["debug_toolbar"]'),
    { code: "PYTHON_COLLECTSTATIC_MODULE", message: expect.stringContaining("the app imports debug_toolbar,") },
  ],
  [
    "the installed package that imports a missing module",
    project("from django.utils.libcnb_part import six"),
    {
      code: "PYTHON_COLLECTSTATIC_PACKAGE",
      message:
        "collecting static files failed: the installed package django imports django.utils.six, which is not installed",
    },
  ],
  [
    "a missing static file",
    project(
      'STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}',
      { "assets/style.css": 'a { background: url("no.png") }' },
    ),
    { code: "PYTHON_COLLECTSTATIC_FILE" },
  ],
  [
    "a missing database",
    project(
      'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db"}}\nINSTALLED_APPS += ["stock"]',
      {
        "stock/__init__.py": "",
        "stock/apps.py":
          'from django.apps import AppConfig\nclass Stock(AppConfig):\n    name = "stock"\n    def ready(self):\n        from django.db import connection\n        connection.cursor().execute("select * from items")\n',
      },
    ),
    { code: "PYTHON_COLLECTSTATIC_DATABASE" },
  ],
  [
    "no cause if the failure is unknown",
    project("1 / 0"),
    { code: "PYTHON_COLLECTSTATIC_FAILED", message: "collecting static files failed (exit code 1)" },
  ],
])("the error of a failed collectstatic names %s", async ([, app, error]) => {
  await expect(built(app)).rejects.toMatchObject(error);
});
