import type { BuildContext } from "libcnb";
import { type InstallKey, installKeyOf, whyInstalled } from "./install-key.ts";
import { reinstallReason } from "./install-scripts.ts";
import { leaveForLaunch } from "./launch.ts";
import { restoreModules, saveModules } from "./modules.ts";
import { installDependencies, nodeVersion, runScript } from "./npm.ts";
import { keepDownloads, provideNpmCache } from "./npm-cache.ts";
import { isIntact } from "./pack.ts";
import { type Project, readProject, scriptsOf } from "./project.ts";
import { modules } from "./provided.ts";
import { buildScripts } from "./scripts.ts";

/** What npm is to do with an app. */
export interface Work {
  readonly project: Project;
  readonly scripts: readonly string[];
  readonly installKey: InstallKey;
  /** Version of Node.js. */
  readonly node: string;
}

/** Reads what npm is to do, and refuses what it could not do. */
export async function readWork({ app, env, run, target }: BuildContext): Promise<Work> {
  const project = await readProject(app);
  const scripts = buildScripts(scriptsOf(project.packageJson), env.BP_NODE_RUN_SCRIPTS);
  const node = await nodeVersion(run);
  return { project, scripts, node, installKey: installKeyOf(project, { env, nodeVersion: node, arch: target.arch }) };
}

/** Installs the dependencies or takes those of the last build, runs the scripts, and leaves what the app needs to run. */
export async function installAndBuild(
  { app, env, layers, log, run }: BuildContext,
  { project, scripts, installKey }: Work,
): Promise<void> {
  const cache = await provideNpmCache(layers);
  const tool = { run, log, env, cacheDir: cache.dir };
  const kept = await layers.provide(modules, {
    metadata: installKey,
    quiet: true,
    reject: ({ path }) => reinstallReason(project) ?? (isIntact(path) ? undefined : "damaged"),
    async create({ path, reason }) {
      log.step(`Installing dependencies (${whyInstalled(reason)})`);
      cache.load();
      await installDependencies(tool, project.lockfile);
      cache.save();
      await saveModules(app.dir, path, log);
    },
  });
  if (kept.state === "restored") restoreModules(kept.path, app.dir, log);
  for (const script of scripts) await runScript(tool, script);
  await leaveForLaunch(app, log);
}

/** Keeps the layers that only a build of other inputs needs. */
export async function keepForOtherInputs({ layers }: BuildContext, { installKey }: Work): Promise<void> {
  await keepDownloads(layers);
  await layers.provide(modules, { metadata: installKey, create() {} });
}
