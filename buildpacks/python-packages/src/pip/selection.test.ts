import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Settings } from "../config.ts";
import type { ProjectSource } from "../package-manager.ts";
import type { Selection } from "../project/selection.ts";
import { inApp } from "../test-app.ts";
import { readSelection } from "./selection.ts";

const select = (files: FileMap, settings: Partial<Settings>, isItself: boolean): Promise<Selection> =>
  inApp(files, (app) => readSelection({ app, dir: "", settings } as ProjectSource, isItself));

const project =
  '[project]\nname = "app"\noptional-dependencies = { web = [], mail = [] }\n[dependency-groups]\nlog = []\n';

test.for<[string, FileMap, Partial<Settings>, boolean, Selection]>([
  ["nothing", {}, {}, true, { groups: [], extras: [] }],
  [
    "all",
    { "pyproject.toml": project },
    { BP_PYTHON_EXTRAS: "*", BP_PYTHON_GROUPS: "*" },
    true,
    { groups: ["log"], extras: ["web", "mail"] },
  ],
  ["some", { "pyproject.toml": project }, { BP_PYTHON_EXTRAS: "Mail" }, true, { groups: [], extras: ["mail"] }],
  ["those of setup.py", { "setup.py": "" }, { BP_PYTHON_EXTRAS: "a, b" }, true, { groups: [], extras: ["a", "b"] }],
  [
    "those of a lockfile",
    { "pyproject.toml": project },
    { BP_PYTHON_EXTRAS: "other" },
    false,
    { groups: [], extras: ["other"] },
  ],
])("the requirements select %s", async ([, files, settings, isItself, expected]) =>
  expect(await select(files, settings, isItself)).toEqual(expected),
);

test("an extra or group that the project lacks is refused", async () => {
  const asked = select({ "pyproject.toml": project }, { BP_PYTHON_EXTRAS: "other" }, true);
  await expect(asked).rejects.toMatchObject({ code: "PYTHON_EXTRA_UNKNOWN" });
});
