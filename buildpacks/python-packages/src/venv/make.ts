import type { ToolCache } from "@libcnb/app-kit/keep/tool-cache";
import type { Env } from "libcnb";
import type { Context } from "../config.ts";
import type { Package, Variables, Venv, Work } from "../package-manager.ts";
import type { RegistryAccess } from "../registry/access.ts";
import type { Task } from "../task.ts";
import { runWith } from "../tool/run-with.ts";
import { compilePython } from "./compile.ts";
import { createVenv } from "./create.ts";
import { workLayer } from "./layers.ts";
import { normalizeVenv } from "./normalize.ts";
import { writePackages } from "./packages-file.ts";

/** The inputs for creating an environment. */
export interface Making {
  readonly access: RegistryAccess;
  readonly cache: ToolCache;
  readonly venv: Venv;
}

/** Installs the packages of an app into an empty folder. */
export async function makeVenv(context: Context, task: Task, { access, cache, venv }: Making): Promise<void> {
  const { env, run, log, layers } = context;
  const { manager, project, python, tool } = task;
  await createVenv(run, python, venv);
  const { path: workDir } = await layers.provide(workLayer, { create() {} });
  const { dir: secretDir, indexes, netrc } = access;
  const location = { project, venv, workDir, secretDir, cacheDir: cache.dir, indexes, netrc };
  const work: Work = {
    ...location,
    log,
    tool: tool.command,
    run: runWith(run, {
      ...access,
      env: { ...tool.env, ...access.env, ...steady(env), ...manager.environment?.(location) },
    }),
  };
  await manager.install(work);
  const packages = await manager.packages(work);
  normalizeVenv(venv);
  await compilePython(run, python, venv.sitePackages);
  await writePackages(venv.dir, packages);
  cache.trim();
  log.info(`Installed packages: ${packages.filter(isForeign).length}`);
}

const isForeign = ({ role, scope }: Package): boolean => role === undefined && scope !== "development";

/** What is built on the way is built alike each time: archives without the time, modules without paths of temporary folders. */
const steady = (env: Env): Variables => ({
  PYTHONHASHSEED: "0",
  SOURCE_DATE_EPOCH: "315532801", // 1980-01-01T00:00:01Z: what the lifecycle sets, and zip archives know nothing earlier
  PYTHONDONTWRITEBYTECODE: "1",
  PIP_NO_COMPILE: "1",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_INPUT: "1",
  PIP_ROOT_USER_ACTION: "ignore",
  // debug information holds the names of the folders, which are others each time
  CFLAGS: `${env.CFLAGS ?? ""} -g0`.trim(),
  CXXFLAGS: `${env.CXXFLAGS ?? ""} -g0`.trim(),
});
