// @needs go, python3
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { execute } from "./cnb.ts";
import { copyGoModule, goBuild } from "./lifecycle/go-module.ts";

/** Compiles https://github.com/rhysd/actionlint once per version, and returns the path of the program. */
export const actionlint = (): Promise<string> => goProgram("github.com/rhysd/actionlint", "actionlint", "1.7.12");

/** Compiles https://github.com/drone/envsubst, with which Woodpecker replaces variables. */
export const envsubst = (): Promise<string> => goProgram("github.com/drone/envsubst", "envsubst", "1.0.3");

async function goProgram(path: string, name: string, version: string): Promise<string> {
  const dir = cacheDir(process.env, `test-${name}`, version);
  await populateOnce(dir, async (work) => {
    const module = join(work, "module");
    await copyGoModule(`${path}@v${version}`, module);
    await goBuild(module, `./cmd/${name}`, join(work, name));
  });
  return join(dir, name);
}

/** Installs zizmor from PyPI once per version, and returns the path of the program. */
export const zizmor = (): Promise<string> => programOf("zizmor", "1.32.0");

/** The arguments that start check-jsonschema from PyPI, which contains schemas of CI systems. */
export async function checkJsonschema(): Promise<readonly [program: string, dir: string]> {
  const program = await programOf("check-jsonschema", "0.39.0");
  return [program, join(program, "../..")];
}

/** The arguments that start kubernetes-validate from PyPI, which contains the schemas of Kubernetes. */
export async function kubernetesValidate(): Promise<readonly [program: string, dir: string]> {
  const program = await programOf("kubernetes-validate", "1.34.1");
  return [program, join(program, "../..")];
}

/** Installs gitlab-ci-local from npm once per version, and returns the path of its program for Node.js. */
export async function gitlabCiLocal(): Promise<string> {
  const dir = cacheDir(process.env, "test-gitlab-ci-local", "4.75.1");
  await populateOnce(dir, async (work) => {
    await mkdir(work, { recursive: true });
    const args = ["install", "--no-audit", "--no-fund", "--prefix", work, "gitlab-ci-local@4.75.1"];
    const { exitCode, stderr } = await execute("npm", args, { cwd: work });
    if (exitCode !== 0) throw new Error(`gitlab-ci-local cannot be installed: ${stderr}`);
  });
  return join(dir, "node_modules/gitlab-ci-local/dist/index.js");
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
