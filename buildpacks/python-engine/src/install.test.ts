import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { defineBuildpack, pass, readInventory } from "libcnb";
import { build, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonArchives, testBuildpacks } from "../../../test/support/python-archives.ts";
import { installDevelopment, installRuntime } from "./install.ts";
import { provideLaunch } from "./launch.ts";
import { onMirror } from "./mirror.ts";

const exec = promisify(execFile);
let dir: string;
const at = (...names: readonly string[]) => join(dir, ...names);
const digests: string[] = [];
/** What the program that runs before each process tells the launcher, which reads file descriptor 3. */
const told: string[] = [];

/** Of all files with their names, as an image has them. */
const digest = async () => {
  const archive = "tar --sort=name --mtime=@0 -c . | sha256sum";
  return (await exec("sh", ["-c", archive], { cwd: at("python") })).stdout;
};

/** Installs 3.11, of which there are headers, in two folders as layers are; the runtime twice. */
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
        await installDevelopment(unpack, python, at("development"), at("python"));
        const limits = await provideLaunch(
          layers,
          { ...buildpack, dir: join(import.meta.dirname, "..") },
          at("python"),
        );
        const command = ["-c", 'exec 3>&1; exec "$0"', join(limits.path, "exec.d/00-python")];
        told.push(
          ...(await run("sh", command, { env: { PYTHONOPTIMIZE: undefined }, output: "capture" })).stdout
            .trim()
            .split("\n"),
        );
        expect(await readdir(join(limits.path, "programs"))).toEqual(["certificates.py", "limits.py", "main.py"]);
      }),
  });
  const inherited = { PATH: process.env["PATH"] ?? "", PYTHONOPTIMIZE: "2", PYTHONPATH: "/nowhere" };
  await build(installer, { downloads: "real", inherited });
}, 600_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What a Python prints, which looks at none of our variables. */
const printed = async (program: string, args: readonly string[]) =>
  (await exec(program, args, { cwd: dir, env: { PATH: "/usr/bin:/bin" } })).stdout.trim();
const python = (...args: readonly string[]) => printed(at("python/bin/python3"), ["-B", ...args]);

test("bytes are the same every time", () => expect(digests[1]).toBe(digests[0]));

test("no module is compiled when it is imported", async () => {
  const program = `import json, sys, py_compile, asyncio, sqlite3, ssl
print({module.__cached__ is not None and open(module.__cached__, "rb").read()[4] for module in (json, asyncio, sqlite3, ssl)})`;
  expect(await python("-I", "-c", program)).toBe("{1}"); // flags of PEP 552: by hash, unchecked
  expect(await python("-I", "-v", "-c", "import json").then(() => digest())).toBe(digests[0]);
});

describe("during a build", () => {
  test("it has pip, which virtual environments have not", async () => {
    expect(await printed(at("development/bin/pip"), ["--version"])).toMatch(/^pip 24\.3\.1 from .*\(python 3\.11\)$/);
    await python("-m", "venv", "--without-pip", at("venv"));
    const find = "import importlib.util as i; print([n for n in ('pip', 'setuptools', 'tkinter') if i.find_spec(n)])";
    expect([await python("-c", find), await printed(at("venv/bin/python"), ["-B", "-c", find])]).toEqual([
      "['pip', 'setuptools']",
      "[]",
    ]);
  });

  test("it compiles with the compiler and the headers that there are", async () => {
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

test("in an image it runs without what only builds have", async () => {
  await rm(at("development"), { recursive: true });
  const program = `import ssl, sqlite3, zlib, lzma, bz2, ctypes, uuid, decimal, curses, readline, sysconfig, importlib.util as i
print(sysconfig.get_config_var("CC"), i.find_spec("pip"), i.find_spec("tkinter"), i.find_spec("test"))`;
  expect(await python("-I", "-c", program)).toBe("cc -pthread None None None");
  expect(told.sort()).toEqual([
    expect.stringMatching(/^MEMORY_AVAILABLE = "\d+"$/),
    expect.stringMatching(/^WEB_CONCURRENCY = "\d+"$/),
    'WEB_MEMORY = "256"',
  ]);
});
