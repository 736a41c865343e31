// @needs go, python3
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, root } from "../../support/cnb.ts";
import { actionlint, checkJsonschema, zizmor } from "../../support/workflow-judges.ts";

/** The manifests that the unit tests of `cnb emit` compare with its output. */
const snapshot = (name: string): string => join(root, "builder-packager/src/emit/__snapshots__", name);

const workflows = ["github.yaml", "github-directory.yaml"];
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "emit-judges-"));
  await mkdir(join(dir, ".github/workflows"), { recursive: true });
  for (const name of workflows) await cp(snapshot(name), join(dir, ".github/workflows", name));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test.each(workflows)("actionlint accepts the workflow %s that cnb emit prints", async (name) => {
  const file = join(dir, ".github/workflows", name);
  const { exitCode, stdout } = await execute(await actionlint(), ["-no-color", "-shellcheck=", "-pyflakes=", file]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
});

test.each(workflows)("zizmor finds no risk in the workflow %s that cnb emit prints", async (name) => {
  const file = join(dir, ".github/workflows", name);
  const args = ["--offline", "--no-progress", "--format", "json", "--persona", "pedantic", file];
  const { stdout } = await execute(await zizmor(), args);
  expect(JSON.parse(stdout)).toEqual([]);
});

test.each([
  ["github-workflows", "github.yaml"],
  ["github-workflows", "github-directory.yaml"],
  ["gitlab-ci", "gitlab.yaml"],
  ["gitlab-ci", "gitlab-directory.yaml"],
])("the schema %s accepts the manifest %s that cnb emit prints", async (schema, name) => {
  const [program, modules] = await checkJsonschema();
  const { exitCode, stdout } = await execute(program, ["--builtin-schema", `vendor.${schema}`, snapshot(name)], {
    env: { ...process.env, PYTHONPATH: modules },
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "ok -- validation done\n" });
});
