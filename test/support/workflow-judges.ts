// @needs go, python3
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { execute } from "./cnb.ts";
import { copyGoModule, goBuild } from "./lifecycle/go-module.ts";

const actionlintVersion = "1.7.12";

/** Compiles https://github.com/rhysd/actionlint once per version, and returns the path of the program. */
export async function actionlint(): Promise<string> {
  const dir = cacheDir(process.env, "test-actionlint", actionlintVersion);
  await populateOnce(dir, async (work) => {
    const module = join(work, "module");
    await copyGoModule(`github.com/rhysd/actionlint@v${actionlintVersion}`, module);
    await goBuild(module, "./cmd/actionlint", join(work, "actionlint"));
  });
  return join(dir, "actionlint");
}

/** Installs zizmor from PyPI once per version, and returns the path of the program. */
export const zizmor = (): Promise<string> => programOf("zizmor", "1.32.0");

/** The arguments that start check-jsonschema from PyPI, which contains schemas of CI systems. */
export async function checkJsonschema(): Promise<readonly [program: string, dir: string]> {
  const program = await programOf("check-jsonschema", "0.39.0");
  return [program, join(program, "../..")];
}

async function programOf(name: string, version: string): Promise<string> {
  const dir = cacheDir(process.env, `test-${name}`, version);
  await populateOnce(dir, async (work) => {
    await mkdir(work, { recursive: true });
    const args = ["-m", "pip", "install", "--quiet", "--target", work, `${name}==${version}`];
    const { exitCode, stderr } = await execute("python3", args);
    if (exitCode !== 0) throw new Error(`${name} cannot be installed: ${stderr}`);
  });
  return join(dir, "bin", name);
}
