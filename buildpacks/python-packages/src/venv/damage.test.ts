import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { expect, onTestFinished, test } from "vitest";
import type { Python } from "../package-manager.ts";
import { damageOf } from "./damage.ts";
import { venvAt } from "./place.ts";

const whole: FileMap = {
  "venv/pyvenv.cfg": "",
  "venv/packages.json": "[]\n",
  "venv/bin/python": "-> ../../python",
  "venv/lib/python3.14/site-packages/a.py": "",
  python: "",
};

const without = (path: string): FileMap => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== path));

test.for<[string, FileMap, string | undefined]>([
  ["a complete one is accepted", whole, undefined],
  [
    "one with a truncated list of packages is damaged",
    { ...whole, "venv/packages.json": '[{"name":' },
    "the cached environment is damaged",
  ],
  ["one without a list of packages is damaged", without("venv/packages.json"), "the cached environment is damaged"],
  [
    "one without a site-packages directory is damaged",
    without("venv/lib/python3.14/site-packages/a.py"),
    "the cached environment is damaged",
  ],
  ["one without pyvenv.cfg is damaged", without("venv/pyvenv.cfg"), "the cached environment is damaged"],
  [
    "one without its Python link is reported as being for another Python",
    without("venv/bin/python"),
    "the cached environment is for another Python",
  ],
  [
    "one whose Python link has another target is reported as being for another Python",
    { ...whole, "venv/bin/python": "-> ../pyvenv.cfg" },
    "the cached environment is for another Python",
  ],
])("a cached virtual environment is checked: %s", async ([, files, expected]) => {
  const dir = await mkdtemp(join(tmpdir(), "damage-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFiles(dir, files);
  const python = { path: join(dir, "python"), version: "3.14.6" } as Python;
  expect(damageOf(venvAt(join(dir, "venv"), python), python)).toBe(expected);
});
