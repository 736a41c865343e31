import { join } from "node:path";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import type { Program } from "./app-tools.ts";
import { execute, npmSetting } from "./cnb.ts";

/** A tool of PyPI, `name==version`: its module, run by a Python that has nothing else. */
export async function program(tool: string): Promise<Program> {
  const [name = ""] = tool.split("==");
  return {
    command: [join(await folder(tool), "bin/python"), "-m", modules[name] ?? name],
    env: await toolEnv(),
  };
}

/** Tools whose module has another name than their package. */
const modules: Readonly<Record<string, string>> = { "pip-tools": "piptools" };

/** A virtual environment with the tool alone. Its programs cannot be started by their names: it was made in another folder. */
export async function folder(tool: string): Promise<string> {
  const dir = cacheDir(process.env, "test-python-tools", tool);
  await populateOnce(dir, async (workDir) => {
    await succeeds("python3", ["-m", "venv", workDir]);
    await succeeds(join(workDir, "bin/python"), ["-m", "pip", "install", "--quiet", tool]);
  });
  return dir;
}

async function succeeds(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await execute(command, args, { env: await toolEnv() });
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`);
}

/** The index of this machine and whom to trust, in the words of each tool. */
async function toolEnv(): Promise<NodeJS.ProcessEnv> {
  const authority = process.env["PIP_CERT"] ?? (await npmSetting("cafile"));
  const index = process.env["PIP_INDEX_URL"];
  const { CI: _, VIRTUAL_ENV: __, ...env } = process.env;
  return {
    ...env,
    ...(authority && { PIP_CERT: authority, SSL_CERT_FILE: authority, REQUESTS_CA_BUNDLE: authority }),
    ...(index && { UV_DEFAULT_INDEX: index, PIPENV_PYPI_MIRROR: index, PDM_PYPI_URL: index }),
    ...{ PIP_DISABLE_PIP_VERSION_CHECK: "1", PDM_CHECK_UPDATE: "0", UV_NO_PROGRESS: "1", UV_PYTHON_DOWNLOADS: "never" },
  };
}
