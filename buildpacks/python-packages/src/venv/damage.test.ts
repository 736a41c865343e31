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
  ["a whole environment", whole, undefined],
  ["one whose list of packages was cut off", { ...whole, "venv/packages.json": '[{"name":' }, "damaged"],
  ["one without a list", without("venv/packages.json"), "damaged"],
  ["one without packages", without("venv/lib/python3.14/site-packages/a.py"), "damaged"],
  ["one without settings", without("venv/pyvenv.cfg"), "damaged"],
  ["one whose Python is gone", without("venv/bin/python"), "for another Python"],
  ["one of another Python", { ...whole, "venv/bin/python": "-> ../pyvenv.cfg" }, "for another Python"],
])("damage of the environment is found: %s", async ([, files, expected]) => {
  const dir = await mkdtemp(join(tmpdir(), "damage-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFiles(dir, files);
  const python = { path: join(dir, "python"), version: "3.14.6" } as Python;
  expect(damageOf(venvAt(join(dir, "venv"), python), python)).toBe(expected);
});
