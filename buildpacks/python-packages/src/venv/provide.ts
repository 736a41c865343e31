import { type ToolCache, toolCache } from "@libcnb/app-kit/keep/tool-cache";
import { cachedLayer, type Env, override, s, temporaryLayer } from "libcnb";
import type { Context } from "../contract.ts";
import type { Package, Variables, Venv, Work } from "../package-manager.ts";
import type { RegistryAccess } from "../registry/access.ts";
import type { Task } from "../task.ts";
import { runWith } from "../tool/install.ts";
import { damageOf } from "./damage.ts";
import { targetText, venvKeyOf, whyInstalled } from "./key.ts";
import { normalizeVenv } from "./normalize.ts";
import { compilePython, createVenv, readPackages, venvAt, writePackages } from "./venv.ts";

/** An environment that is ready for launch. */
interface ReadyEnvironment {
  readonly venv: Venv;
  readonly packages: readonly Package[];
}

/** Installs the packages of an app, or reuses the environment of the last build. */
export async function provideVenv(context: Context, task: Task, access: RegistryAccess): Promise<ReadyEnvironment> {
  const { config, layers, log, target } = context;
  const { manager, project, python } = task;
  const cache = await provideCache(context, task);
  const { path, state } = await layers.provide(venvLayer, {
    metadata: venvKeyOf(project, manager.title, target),
    quiet: true,
    reject: ({ path }) =>
      config.BP_PYTHON_ALWAYS_INSTALL
        ? "BP_PYTHON_ALWAYS_INSTALL is set"
        : (project.mustInstall ?? damageOf(venvAt(path, python), python)),
    async create({ path, reason }) {
      log.step(`Installing dependencies (${whyInstalled(reason)})`);
      await makeVenv(context, task, { access, cache, venv: venvAt(path, python) });
    },
    env: ({ path }) => ({ shared: { VIRTUAL_ENV: override(path) } }),
  });
  if (state === "restored")
    log.step("Reusing the dependencies of the last build: nothing that affects them has changed");
  return { venv: venvAt(path, python), packages: await readPackages(path) };
}

/** Provides the cache of a tool. Files built for one Python or distribution do not fit another. */
async function provideCache({ layers, log, target }: Context, { manager, python }: Task): Promise<ToolCache> {
  const { path } = await layers.provide(cacheLayer, {
    metadata: { manager: manager.title, python: python.version.replace(/\.\d+[^.]*$/, ""), target: targetText(target) },
    quiet: true,
    create() {},
  });
  return toolCache(path, { title: manager.title, bytes: 2_000_000_000, words: "2 GB" }, log);
}

/** The inputs for creating an environment. */
interface Making {
  readonly access: RegistryAccess;
  readonly cache: ToolCache;
  readonly venv: Venv;
}

/** Installs the packages of an app into an empty directory. */
async function makeVenv(context: Context, task: Task, { access, cache, venv }: Making): Promise<void> {
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
/**
 * Settings for reproducible builds of packages: archives without the time, modules without paths of
 * temporary directories.
 */
const steady = (env: Env): Variables => ({
  PYTHONHASHSEED: "0",
  SOURCE_DATE_EPOCH: "315532801", // 1980-01-01T00:00:01Z: what the lifecycle sets, and zip archives know nothing earlier
  PYTHONDONTWRITEBYTECODE: "1",
  PIP_NO_COMPILE: "1",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_INPUT: "1",
  PIP_ROOT_USER_ACTION: "ignore",
  // debug information holds the names of the directories, which are others each time
  CFLAGS: `${env.CFLAGS ?? ""} -g0`.trim(),
  CXXFLAGS: `${env.CXXFLAGS ?? ""} -g0`.trim(),
});

/** The inputs of a virtual environment. The log shows their names. */
const venvKey = s.table({
  /** The version of what this buildpack itself adds to an installation. */
  format: s.integer,
  manager: s.string,
  python: s.string,
  target: s.string,
  inputs: s.anyTable,
});

/** The layer with the virtual environment. Its path is the same in all builds and at launch. */
const venvLayer = cachedLayer("venv", { build: true, launch: true, metadata: venvKey });

/** The layer with a tool's downloads and builds. It is never in the image. */
const cacheLayer = cachedLayer("cache", {
  metadata: s.table({ manager: s.string, python: s.string, target: s.string }),
});

/** The layer with temporary files and settings of the tool. */
const workLayer = temporaryLayer("work", { build: false });
