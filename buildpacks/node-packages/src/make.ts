import { writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import type { Context } from "./config.ts";
import { install, startWork } from "./install.ts";
import { removeToolCaches } from "./keep/tool-caches.ts";
import type { Package, Work } from "./package-manager.ts";
import { type RegistryAccess, registryAccess } from "./registry/access.ts";
import { publicFiles } from "./registry/public-text.ts";
import { runScript } from "./scripts/run.ts";
import { slicesOf } from "./slices.ts";
import type { Task } from "./task.ts";

/** What a build made of an app, besides its files. */
export interface Made {
  /** All that the app is built and runs with. */
  readonly packages: readonly Package[];
  /** Patterns of files that belong together, as layers of the image. */
  readonly slices: readonly (readonly string[])[];
  /** What processes need to find the packages. */
  readonly launchEnv: Readonly<Record<string, string>>;
}

/** Installs the dependencies, runs the scripts, and leaves what the app needs to run. */
export async function make(context: Context, task: Task): Promise<Made> {
  const access = await registryAccess(context, task.choice.name);
  try {
    return await makeWith(access, context, task);
  } finally {
    await access.remove();
  }
}

async function makeWith(access: RegistryAccess, context: Context, task: Task): Promise<Made> {
  const { manager, scripts, dirs } = task;
  const started = await startWork(context, task, access);
  const { work } = started;
  const { app, log } = context;
  const isNew = await install(context, task, started);
  const installed = await manager.installed(work);
  const isPruned = !context.config.BP_NODE_KEEP_DEV_DEPENDENCIES;
  const packages = (await manager.packages(work)).map((each) => (isPruned ? each : keptForLaunch(each)));
  if (isNew) log.info(`Installed packages: ${packages.filter(({ role }) => role === undefined).length}`);
  for (const script of scripts) await runScript(manager, work, script);
  await removeCredentials(work);
  if (isPruned) await manager.prune(work);
  await removeToolCaches(app, installed);
  return { packages, slices: slicesOf(app, dirs, installed), launchEnv: (await manager.launchEnv?.(work)) ?? {} };
}

const keptForLaunch = (each: Package): Package => (each.scope === "development" ? { ...each, scope: "runtime" } : each);

/** Rewrites files of the app without credentials, and says so. */
async function removeCredentials({ project, log }: Work): Promise<void> {
  const folders = ["", project.dirs.dir, ...Object.keys(project.manifests).map((dir) => join(project.dirs.root, dir))];
  const texts = { ...(await publicFiles(project.app, folders)), ...project.withoutCredentials };
  for (const [path, text] of Object.entries(texts)) {
    log.warn(`The credentials in ${path} are left out of the image`);
    await writeFile(project.app.path(path), text);
  }
}
