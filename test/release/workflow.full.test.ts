// @needs go, python3
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { execute, root } from "../support/cnb.ts";
import { copyGoModule, goBuild } from "../support/lifecycle/go-module.ts";

const workflow = join(root, ".github/workflows/release.yml");
const actionlintVersion = "1.7.12";
const zizmorVersion = "1.32.0";

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

/** Compiles https://github.com/rhysd/actionlint once per version. */
async function actionlint(): Promise<string> {
  const dir = cacheDir(process.env, "test-actionlint", actionlintVersion);
  await populateOnce(dir, async (work) => {
    const module = join(work, "module");
    await copyGoModule(`github.com/rhysd/actionlint@v${actionlintVersion}`, module);
    await goBuild(module, "./cmd/actionlint", join(work, "actionlint"));
  });
  return join(dir, "actionlint");
}

/** Installs zizmor from PyPI once per version. */
async function zizmor(): Promise<string> {
  const dir = cacheDir(process.env, "test-zizmor", zizmorVersion);
  await populateOnce(dir, async (work) => {
    await mkdir(work, { recursive: true });
    const args = ["-m", "pip", "install", "--quiet", "--target", work, `zizmor==${zizmorVersion}`];
    const { exitCode, stderr } = await execute("python3", args);
    if (exitCode !== 0) throw new Error(`zizmor cannot be installed: ${stderr}`);
  });
  return join(dir, "bin/zizmor");
}
