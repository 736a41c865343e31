import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { variable as poetryIndex, writeIndexPlugin } from "../../buildpacks/python-packages/src/poetry/index-plugin.ts";
import type { Program } from "./app-tools.ts";
import { execute, root } from "./cnb.ts";
import { pythonArchives, testReleases } from "./python-archives.ts";
import { packageIndex, pythonAuthority } from "./python-index.ts";

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

/** A Python with the tool. Its programs cannot be started by their names: it was made in another folder. */
export async function folder(tool: string): Promise<string> {
  const dir = cacheDir(process.env, "test-python-tools", tool);
  await populateOnce(dir, async (workDir) => {
    await unpackPython(workDir);
    await succeeds(join(workDir, "bin/python"), ["-m", "pip", "install", "--quiet", ...(await requirementsOf(tool))]);
    // some indexes have nothing but the pages that all other tools are content with
    if (tool.startsWith("poetry==")) await writeIndexPlugin(join(workDir, "lib/python3.14/site-packages"));
  });
  return dir;
}

/** What the buildpack itself installs, if it is the same version: what a tool needs may change from day to day. */
async function requirementsOf(tool: string): Promise<readonly string[]> {
  const [name = ""] = tool.split("==");
  const file = join(root, "buildpacks/python-packages/src", name, "requirements.txt");
  const text = await readFile(file, "utf8").catch(() => "");
  return text.includes(`${tool} \\\n`) ? ["--require-hashes", "--requirement", file] : [tool];
}

/** The newest of the releases that tests install. */
async function unpackPython(to: string): Promise<void> {
  const [{ version, build }] = testReleases;
  const names = await readdir(join(await pythonArchives(), build));
  const name = names.find((each) => each.startsWith(`cpython-${version}+`)) ?? "";
  await succeeds("tar", ["-xzf", join(await pythonArchives(), build, name), "-C", to, "--strip-components=1"]);
  await symlink("python3", join(to, "bin/python")).catch(() => {}); // it is there in some archives
}

async function succeeds(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await execute(command, args, { env: await toolEnv() });
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`);
}

/** The index of this machine and whom to trust, in the words of each tool. */
async function toolEnv(): Promise<NodeJS.ProcessEnv> {
  const authority = await pythonAuthority();
  const index = await packageIndex();
  const { CI: _, VIRTUAL_ENV: __, ...env } = process.env;
  return {
    ...env,
    ...(authority && { PIP_CERT: authority, SSL_CERT_FILE: authority, REQUESTS_CA_BUNDLE: authority }),
    ...{ UV_DEFAULT_INDEX: index, PIPENV_PYPI_MIRROR: index, PDM_PYPI_URL: index, [poetryIndex]: index },
    ...{ PIP_DISABLE_PIP_VERSION_CHECK: "1", PDM_CHECK_UPDATE: "0", UV_NO_PROGRESS: "1", UV_PYTHON_DOWNLOADS: "never" },
  };
}
