// @needs cc
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { defineBuildpack, pass } from "libcnb";
import { readInventory } from "libcnb/standalone";
import { build, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonArchives, testBuildpacks } from "../../../test/support/python/archives.ts";
import { provideLaunch } from "./build.ts";
import { onMirror } from "./choose.ts";
import { installDevelopment, installRuntime } from "./install.ts";

const exec = promisify(execFile);
let dir: string;
const at = (...names: readonly string[]) => join(dir, ...names);
const digests: string[] = [];
/** The variables that the program before each process passes to the launcher on file descriptor 3. */
const reported: string[] = [];

/** A digest of all files with their names, as in an image. */
const digest = async () => {
  const archive = "tar --sort=name --mtime=@0 -c . | sha256sum";
  return (await exec("sh", ["-c", archive], { cwd: at("python") })).stdout;
};

/** Variables that an app may be started with: they are none of the program's before it. */
const ofTheApp = { PYTHONHOME: "/nowhere", PYTHONINSPECT: "1", PYTHONWARNINGS: "error", PYTHONVERBOSE: "1" };

/** Modules that end whatever imports them. */
const harmful = { "sitecustomize.py": "import sys\nsys.exit(1)\n", "certificates.py": "import sys\nsys.exit(1)\n" };

/** Installs 3.11, of which there are headers, in two directories as layers are; the runtime twice. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "libcnb-python-"));
  const file = join(await testBuildpacks(), "python-engine/buildpack.toml");
  const { releases } = readInventory(await readFile(file), file);
  const [found] = releases.filter(({ version }) => version.startsWith("3.11."));
  if (found === undefined) throw new Error("the inventory of tests has no 3.11");
  const python = onMirror(found, `file://${await pythonArchives()}`);
  const extras = { tkinter: false, libpython: false };
  const installer = defineBuildpack({
    detect: () => pass(),
    build: ({ buildpack, download, layers, run }) =>
      unpacking(download, async (unpack) => {
        for (const _ of ["once", "more"]) {
          await rm(at("python"), { recursive: true, force: true });
          await installRuntime({ unpack, run, python, extras }, at("python"));
          digests.push(await digest());
        }
        await installDevelopment({ unpack, run, python }, at("development"), at("python"));
        const limits = await provideLaunch(
          layers,
          { ...buildpack, dir: join(import.meta.dirname, "..") },
          at("python"),
        );
        await writeFiles(at("app"), { ...harmful, "tempfile.py": harmful["sitecustomize.py"] });
        const command = ["-c", 'exec 3>&1; exec "$0"', join(limits.path, "exec.d/00-python")];
        const { stdout } = await run("sh", command, { env: { ...ofTheApp, PYTHONPATH: at("app") }, output: "capture" });
        reported.push(...stdout.trim().split("\n"));
        expect(await readdir(join(limits.path, "programs"))).toEqual(["certificates.py", "limits.py", "main.py"]);
      }),
  });
  const inherited = { PATH: process.env["PATH"] ?? "", PYTHONOPTIMIZE: "2", PYTHONPATH: "/nowhere" };
  await build(installer, { downloads: "real", inherited });
}, 600_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The output of a Python that ignores all environment variables of the test. */
const printed = async (program: string, args: readonly string[]) =>
  (await exec(program, args, { cwd: dir, env: { PATH: "/usr/bin:/bin" } })).stdout.trim();
const python = (...args: readonly string[]) => printed(at("python/bin/python3"), ["-B", ...args]);

test("an installation of Python is reproducible", () => expect(digests[1]).toBe(digests[0]));

test("the installed Python imports precompiled modules and compiles none", async () => {
  const program = `import json, sys, py_compile, asyncio, sqlite3, ssl
print({module.__cached__ is not None and open(module.__cached__, "rb").read()[4] for module in (json, asyncio, sqlite3, ssl)})`;
  expect(await python("-I", "-c", program)).toBe("{1}"); // flags of PEP 552: by hash, unchecked
  expect(await python("-I", "-v", "-c", "import json").then(() => digest())).toBe(digests[0]);
});

describe("the installed Python in a build", () => {
  test("has pip, which virtual environments without pip do not see", async () => {
    expect(await printed(at("development/bin/pip"), ["--version"])).toMatch(/^pip 24\.3\.1 from .*\(python 3\.11\)$/);
    await python("-m", "venv", "--without-pip", at("venv"));
    const find = "import importlib.util as i; print([n for n in ('pip', 'setuptools', 'tkinter') if i.find_spec(n)])";
    expect([await python("-c", find), await printed(at("venv/bin/python"), ["-B", "-c", find])]).toEqual([
      "['pip', 'setuptools']",
      "[]",
    ]);
  });

  test("compiles extensions with the image's compiler and Python's own headers", async () => {
    await writeFiles(at("extension"), {
      "setup.py": `from setuptools import Extension, setup
setup(name="answer", version="1", ext_modules=[Extension("answer", ["answer.c"])])`,
      "answer.c": `#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "answer"};
PyMODINIT_FUNC PyInit_answer(void) { PyObject *it = PyModule_Create(&module); PyModule_AddIntConstant(it, "value", 42); return it; }`,
      "embedding.c":
        '#include <Python.h>\nint main(void) { Py_Initialize(); PyRun_SimpleString("print(42)"); return Py_FinalizeEx(); }',
    });
    await exec(at("python/bin/python3"), ["setup.py", "-q", "build_ext", "--inplace"], { cwd: at("extension") });
    expect(
      await printed(at("python/bin/python3"), [
        "-c",
        "import sys; sys.path[:0] = ['extension']; import answer; print(answer.value)",
      ]),
    ).toBe("42");
    const links = [`-I${at("python/include/python3.11")}`, `-L${at("python/lib")}`, "-lpython3.11"];
    await exec("cc", ["-o", "embedding", "embedding.c", ...links], { cwd: at("extension") });
    const env = { LD_LIBRARY_PATH: at("python/lib"), PYTHONHOME: at("python") };
    expect((await exec(at("extension/embedding"), [], { env })).stdout).toBe("42\n");
  });
});

/** The modules that servers import and that are compiled at each start. Frozen modules are in the interpreter. */
const compiled = `import argparse, asyncio, concurrent.futures.process, configparser, csv, ctypes, dataclasses, decimal, difflib, email.message
import email.mime.image, html.parser, http.server, importlib.metadata, inspect, json, logging.config, logging.handlers, multiprocessing.managers
import pydoc, shelve, smtplib, sqlite3, ssl, statistics, tarfile, timeit, typing, urllib.request, uuid, wsgiref.simple_server, xml.dom.minidom
import xml.etree.ElementTree, xml.sax, zipfile, zoneinfo, encodings.idna, encodings.cp437, encodings.utf_16, _imp, os, sys
print([name for name, module in sys.modules.items() if getattr(module, "__cached__", None)
    and not os.path.exists(module.__cached__) and not _imp.is_frozen(name)])`;

/** Imports modules, as builds do, which may write bytecode. Prints those that cannot be imported at all. */
const importing = (modules: string) => `import importlib
for name in ${modules}:
    try: importlib.import_module(name)
    except ImportError as error: print(name, error)`;
const rarely =
  "['asyncio.tools', 'compileall', 'distutils.command.sdist', 'encodings.cp1140', 'imaplib', 'os', 'pdb', 'unittest.mock', 'venv', 'xmlrpc.client']";

test.for<[string, readonly string[], NodeJS.ProcessEnv]>([
  ["in isolated mode", ["-I"], {}],
  ["with PYTHONOPTIMIZE", [], { PYTHONOPTIMIZE: "2" }],
  ["without frozen modules", ["-X", "frozen_modules=off"], {}],
])(
  "the installed Python does not write into its layer when a build imports modules %s",
  async ([, options, variables]) => {
    const env = { PATH: "/usr/bin:/bin", PYTHONDONTWRITEBYTECODE: "1", ...variables };
    const { stdout } = await exec(at("python/bin/python3"), [...options, "-c", importing(rarely)], { cwd: dir, env });
    expect([stdout, await digest()]).toEqual(["asyncio.tools No module named 'asyncio.tools'\n", digests[0]]);
  },
);

test("the installed pip is precompiled", async () => {
  const program = `import pip._internal.cli.main as it; print(open(it.__cached__, "rb").read()[4])`;
  expect(await python("-c", program)).toBe("1");
});

test("the Python installed in an image runs without the files that only builds need", async () => {
  await rm(at("development"), { recursive: true });
  const program = `import ssl, sqlite3, zlib, lzma, bz2, ctypes, uuid, decimal, curses, readline, sysconfig, importlib.util as i
print(sysconfig.get_config_var("CC"), i.find_spec("pip"), i.find_spec("tkinter"), i.find_spec("test"))`;
  expect(await python("-I", "-c", program)).toBe("cc -pthread None None None");
  const left = "import os, pdb, unittest.mock, imaplib; print('\u20ac'.encode('cp1140'))";
  expect(await python("-I", "-c", left)).toBe("b'\\x9f'");
  expect(await python("-I", "-c", compiled)).toBe("[]");
  expect(reported.sort()).toEqual([
    expect.stringMatching(/^MEMORY_AVAILABLE = "\d+"$/),
    expect.stringMatching(/^WEB_CONCURRENCY = "\d+"$/),
    'WEB_MEMORY = "256"',
  ]);
});
