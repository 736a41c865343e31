import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { Python } from "../package-manager.ts";
import { damageOf, linkedFolders, missingLink } from "./damage.ts";
import { venvAt } from "./venv.ts";

const whole: FileMap = {
  "venv/pyvenv.cfg": "",
  "venv/packages.json": "[]\n",
  "venv/bin/python": "-> ../../python",
  "venv/lib/python3.14/site-packages/a.py": "",
  python: "",
};

const without = (path: string): FileMap => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== path));

test.for<[string, FileMap, string | undefined]>([
  ["accepts a complete environment", whole, undefined],
  [
    "reports a truncated list of packages as damage",
    { ...whole, "venv/packages.json": '[{"name":' },
    "the cached environment is damaged",
  ],
  ["reports a missing list of packages as damage", without("venv/packages.json"), "the cached environment is damaged"],
  [
    "reports a missing site-packages directory as damage",
    without("venv/lib/python3.14/site-packages/a.py"),
    "the cached environment is damaged",
  ],
  ["reports a missing pyvenv.cfg as damage", without("venv/pyvenv.cfg"), "the cached environment is damaged"],
  [
    "reports an environment for another Python if the link to Python is missing",
    without("venv/bin/python"),
    "the cached environment is for another Python",
  ],
  [
    "reports an environment for another Python if the link to Python has another target",
    { ...whole, "venv/bin/python": "-> ../pyvenv.cfg" },
    "the cached environment is for another Python",
  ],
])("the check of a cached virtual environment %s", async ([, files, expected]) => {
  const dir = await mkdtemp(join(tmpdir(), "damage-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFiles(dir, files);
  const python = { path: join(dir, "python"), version: "3.14.6" } as Python;
  expect(damageOf(venvAt(join(dir, "venv"), python), python)).toBe(expected);
});

const dir = await mkdtemp(join(tmpdir(), "links-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

test.for<[string, FileMap, readonly string[]]>([
  ["no directory without .pth files", { "a.py": "/nowhere\n" }, []],
  ["the directory in a .pth file", { "_app.pth": "/app/src" }, ["/app/src"]],
  [
    "several directories, but not the code lines of a .pth file",
    { "more.pth": "# folders\r\n\r\n/app/a\r\n../../b\nimport sys; sys.path\nimport\tos\n" },
    ["/app/a", "<dir>/../../b"],
  ],
  [
    "the directories in the MAPPING of setuptools",
    {
      "__editable___app_1_0_finder.py": `from __future__ import annotations
MAPPING: dict[str, str] = {'app': '/app/app', 'it': '/app/it\\'s', 'one': '/app/one'}
NAMESPACES: dict[str, list[str]] = {'ns': ['/app/ns']}
PATH_PLACEHOLDER = '__editable__.app-1.0.finder' + ".__path_hook__"
`,
      "__editable__.app-1.0.pth": "import __editable___app_1_0_finder; __editable___app_1_0_finder.install()",
    },
    ["/app/app", "/app/it's", "/app/one"],
  ],
])("a virtual environment links to %s", async ([name, files, expected]) => {
  const sitePackages = join(dir, name, "lib/site-packages");
  await writeFiles(sitePackages, { "a.txt": "", ...files });
  const absolute = expected.map((path) => (path.startsWith("<dir>") ? join(sitePackages, path.slice(5)) : path));
  expect(linkedFolders(sitePackages).toSorted()).toEqual(absolute.toSorted());
});

test("a missing directory or module to which a virtual environment links is reported", async () => {
  const sitePackages = join(dir, "links");
  await writeFiles(dir, {
    "app/one.py": "",
    "app/two/__init__.py": "",
    "links/__editable___app_finder.py": `MAPPING = {'one': '${dir}/app/one', 'two': '${dir}/app/two'}\n`,
  });
  expect(missingLink(sitePackages)).toBe(undefined);
  await rm(join(dir, "app/two"), { recursive: true });
  expect(missingLink(sitePackages)).toBe(`${dir}/app/two`);
  await rm(join(dir, "app"), { recursive: true });
  expect(missingLink(sitePackages)).toBe(`${dir}/app/one`);
});
