import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { needsLibpython } from "./libpython.ts";
import { settings } from "./settings.ts";

const buildpack = resolve(import.meta.dirname, "..");

test.for<[string, FileMap, Readonly<Record<string, string>>, readonly unknown[]]>([
  [
    "is left out for an app that does not embed Python",
    { "requirements.txt": "gunicorn\npyuwsgi\nuwsgi-tools\n" },
    {},
    [false],
  ],
  ["is left out for an app without files", {}, {}, [false]],
  [
    "is installed for uWSGI",
    { "requirements.txt": "django\nuWSGI==2.0.28\n" },
    {},
    ["The image has libpython, because requirements.txt names uWSGI, which embeds Python", true],
  ],
  [
    "is installed for mod_wsgi in a directory of requirements",
    { "api/requirements/production.txt": "mod-wsgi-standalone\n", "requirements.txt": "x" },
    { BP_PYTHON_PROJECT_PATH: "api" },
    ["The image has libpython, because api/requirements/production.txt names mod-wsgi, which embeds Python", true],
  ],
  [
    "is installed for uWSGI in pyproject.toml",
    { "pyproject.toml": '[project]\ndependencies = ["uwsgi>=2"]\n' },
    {},
    ["The image has libpython, because pyproject.toml names uwsgi, which embeds Python", true],
  ],
  [
    "is left out for requirements that cannot be read",
    {
      "requirements.txt": Buffer.from("\uFEFFa", "utf16le"),
      "requirements/a.txt": "-> /etc/hosts",
      "requirements/b.txt/c": "",
    },
    {},
    [false],
  ],
  [
    "is left out for uWSGI if BP_CPYTHON_LIBPYTHON is false",
    { "requirements.txt": "uwsgi" },
    { BP_CPYTHON_LIBPYTHON: "false" },
    [false],
  ],
  ["is installed for any app if BP_CPYTHON_LIBPYTHON is true", {}, { BP_CPYTHON_LIBPYTHON: "true" }, [true]],
])("libpython %s", async ([, app, env, expected]) => {
  const answers: boolean[] = [];
  const asker = defineBuildpack({
    config: settings,
    detect: () => pass(),
    build: async (context) => void answers.push(await needsLibpython(context)),
  });
  const { log } = await build(asker, { buildpack, app, env });
  expect([...log.filter((line) => line.startsWith("The image has")), ...answers]).toEqual(expected);
});
