// @needs go, python3
import { join } from "node:path";
import { expect, test } from "vitest";
import { execute, root } from "../support/cnb.ts";
import { actionlint, zizmor } from "../support/workflow-judges.ts";

const workflow = join(root, ".github/workflows/release.yml");

test("actionlint accepts the release workflow", async () => {
  const { exitCode, stdout } = await execute(await actionlint(), ["-no-color", "-shellcheck=", "-pyflakes=", workflow]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
});

test("zizmor finds no risk in the release workflow", async () => {
  const args = ["--offline", "--no-progress", "--format", "json", "--persona", "pedantic", workflow];
  const { stdout, stderr } = await execute(await zizmor(), args);
  const findings = JSON.parse(stdout === "" ? stderr : stdout) as readonly { readonly ident: string }[];
  // jobs are named by their keys
  expect(findings.map(({ ident }) => ident).filter((ident) => ident !== "anonymous-definition")).toEqual([]);
});
