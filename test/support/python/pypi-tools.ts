import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { lockedNames, written } from "../../../buildpacks/python-packages/inventory/releases.ts";
import { variable as poetryIndex, writeIndexPlugin } from "../../../buildpacks/python-packages/src/poetry/poetry.ts";
import { lockedTool } from "../../../buildpacks/python-packages/src/tool/tool.ts";
import { requirementsText } from "../../../buildpacks/python-packages/src/tool/wheels.ts";
import type { Program, ToolRegistry } from "../apps/app-tools.ts";
import { execute, root } from "../cnb.ts";
import { packageIndex } from "./index.ts";
import { pythonToolEnv, unpackPython } from "./runtime.ts";

/** A tool of PyPI, `name==version`: its module, run by a Python that has nothing else. */
async function program(tool: string): Promise<Program> {
  const [name = ""] = tool.split("==");
  return {
    command: [join(await folder(tool), "bin/python"), "-m", name],
    env: await toolEnv(),
  };
}

/** A Python with the tool. Its programs cannot be started by their names: it was made in another directory. */
async function folder(tool: string): Promise<string> {
  const dir = cacheDir(process.env, "test-python-tools", tool);
  await populateOnce(dir, async (workDir) => {
    await unpackPython(workDir);
    const args = [
      "-m",
      "pip",
      "install",
      "--quiet",
      ...(await requirementsOf(tool, join(workDir, "requirements.txt"))),
    ];
    const { exitCode, stderr } = await execute(join(workDir, "bin/python"), args, { env: await pythonToolEnv() });
    if (exitCode !== 0) throw new Error(`${tool} cannot be installed:\n${stderr}`);
    // some indexes have nothing but the pages that all other tools are content with
    if (tool.startsWith("poetry==")) await writeIndexPlugin(join(workDir, "lib/python3.14/site-packages"));
  });
  return dir;
}

/**
 * The packages that the buildpack itself installs, if the version is the same: the dependencies of
 * a tool may change from day to day.
 */
async function requirementsOf(tool: string, file: string): Promise<readonly string[]> {
  const all = written(await readFile(join(root, "buildpacks/python-packages/buildpack.toml"), "utf8"));
  const machine = { python: "3.14", arch: process.arch === "arm64" ? "arm64" : "amd64" };
  const name = lockedNames.find((each) => tool === `${each}==${lockedTool(all, each, machine).version}`);
  if (name === undefined) return [tool];
  await writeFile(file, requirementsText(lockedTool(all, name, machine).wheels));
  return ["--require-hashes", "--no-deps", "--requirement", file];
}

/** The index in the words of each tool. */
async function toolEnv(): Promise<NodeJS.ProcessEnv> {
  const index = await packageIndex();
  return {
    ...(await pythonToolEnv()),
    UV_DEFAULT_INDEX: index,
    PIPENV_PYPI_MIRROR: index,
    PDM_PYPI_URL: index,
    [poetryIndex]: index,
    PDM_CHECK_UPDATE: "0",
    UV_NO_PROGRESS: "1",
    UV_PYTHON_DOWNLOADS: "never",
  };
}

/** Tools of PyPI. */
export const pypi: ToolRegistry = { program, folder };
