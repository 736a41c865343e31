import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Settings } from "../contract.ts";
import type { ProjectSource } from "../package-manager.ts";
import type { Selection } from "../project/selection.ts";
import { inApp } from "../test-app.ts";
import { readSelection } from "./project.ts";

const select = (files: FileMap, settings: Partial<Settings>, isItself: boolean): Promise<Selection> =>
  inApp(files, (app) => readSelection({ app, dir: "", settings } as ProjectSource, isItself));

const project =
  '[project]\nname = "app"\noptional-dependencies = { web = [], mail = [] }\n[dependency-groups]\nlog = []\n';

test.for<[string, FileMap, Partial<Settings>, boolean, Selection]>([
  ["no groups and extras by default", {}, {}, true, { groups: [], extras: [] }],
  [
    "all groups and extras if BP_PYTHON_GROUPS and BP_PYTHON_EXTRAS are *",
    { "pyproject.toml": project },
    { BP_PYTHON_EXTRAS: "*", BP_PYTHON_GROUPS: "*" },
    true,
    { groups: ["log"], extras: ["web", "mail"] },
  ],
  [
    "the named extra, whose name is normalized",
    { "pyproject.toml": project },
    { BP_PYTHON_EXTRAS: "Mail" },
    true,
    { groups: [], extras: ["mail"] },
  ],
  [
    "the requested extras of setup.py without a check that they exist",
    { "setup.py": "" },
    { BP_PYTHON_EXTRAS: "a, b" },
    true,
    { groups: [], extras: ["a", "b"] },
  ],
  [
    "the requested extras of a lockfile without a check that they exist",
    { "pyproject.toml": project },
    { BP_PYTHON_EXTRAS: "other" },
    false,
    { groups: [], extras: ["other"] },
  ],
])("an installation with pip has %s", async ([, files, settings, isItself, expected]) =>
  expect(await select(files, settings, isItself)).toEqual(expected),
);

test("an installation with pip refuses an extra that the project does not have", async () => {
  const asked = select({ "pyproject.toml": project }, { BP_PYTHON_EXTRAS: "other" }, true);
  await expect(asked).rejects.toMatchObject({ code: "PYTHON_EXTRA_UNKNOWN" });
});
