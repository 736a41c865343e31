import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { isDevelopment, isRuntime, needsLibpython } from "./contents.ts";
import { settings } from "./contract.ts";

const neither = { tkinter: false, libpython: false };
const both = { tkinter: true, libpython: true };

/** The layers that contain a file: for apps, for apps that use tkinter or libpython, or for builds. */
const ownersOf = (name: string): string =>
  [
    isRuntime(name, both) && (isRuntime(name, neither) ? "all apps" : "apps that use tkinter or libpython"),
    isDevelopment(name) && "builds",
  ]
    .filter(Boolean)
    .join(" and ") || "nothing";

describe("in a Python release,", () => {
  test.for([
    ["bin/python3.14", "all apps"],
    ["bin/python3", "all apps"],
    ["bin/python", "all apps"],
    ["bin/python3-config", "nothing"],
    ["bin/pip3.14", "nothing"],
    ["bin/idle3.14", "nothing"],
    ["include/python3.14/Python.h", "builds"],
    ["share/man/man1/python3.14.1", "nothing"],
    ["lib/libpython3.14.so.1.0", "apps that use tkinter or libpython and builds"],
    ["lib/libtcl9.0.so", "apps that use tkinter or libpython"],
    ["lib/tk9.0/button.tcl", "apps that use tkinter or libpython"],
    ["lib/itcl4.3.5/libtcl9itcl4.3.5.so", "apps that use tkinter or libpython"],
    ["lib/thread3.0.4/libtcl9thread3.0.4.so", "apps that use tkinter or libpython"],
    ["lib/pkgconfig/python3.pc", "nothing"],
    ["lib/python3.14/LICENSE.txt", "all apps"],
    ["lib/python3.14/threading.py", "all apps"],
    ["lib/python3.14/__pycache__/os.cpython-314.pyc", "nothing"],
    ["lib/python3.14/tkinter/ttk.py", "apps that use tkinter or libpython"],
    ["lib/python3.14/tkinter", "apps that use tkinter or libpython"],
    ["lib/python3.14/turtle.py", "apps that use tkinter or libpython"],
    ["lib/python3.14/lib-dynload/_tkinter.cpython-314-x86_64-linux-gnu.so", "apps that use tkinter or libpython"],
    ["lib/python3.14/lib-dynload/_dbm.cpython-314-x86_64-linux-gnu.so", "all apps"],
    ["lib/python3.14/lib-dynload/_testcapi.cpython-314-x86_64-linux-gnu.so", "nothing"],
    ["lib/python3.14/test/test_os.py", "nothing"],
    ["lib/python3.14/test", "nothing"],
    ["lib/python3.14/testing.py", "all apps"],
    ["lib/python3.14/__pycache__", "nothing"],
    ["lib/python3.10/distutils/tests/test_core.py", "nothing"],
    ["lib/python3.10/distutils/core.py", "all apps"],
    ["lib/python3.14/unittest/case.py", "all apps"],
    ["lib/python3.14/idlelib/idle.py", "nothing"],
    ["lib/python3.14/pydoc_data/topics.py", "nothing"], // pydoc reports that it is absent, and otherwise works
    ["lib/python3.14/pydoc.py", "all apps"],
    ["lib/python3.14/ensurepip/__init__.py", "builds"],
    ["lib/python3.14/config-3.14-x86_64-linux-gnu/Makefile", "nothing"],
    ["lib/python3.14/ensurepip", "builds"],
    ["lib/python3.14/site-packages", "builds"],
    ["lib/python3.14/site-packages/pip/__init__.py", "builds"],
    ["lib/python3.11/site-packages/setuptools/tests/x.py", "builds"],
  ])("the file %s belongs to the files for %j", ([name = "", expected]) => expect(ownersOf(name)).toBe(expected));
});

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
