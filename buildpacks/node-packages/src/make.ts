import { writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import { removeInstalled, userOfModules } from "./assets.ts";
import type { Context } from "./config.ts";
import { install, startWork } from "./install.ts";
import { provideBuildCaches } from "./keep/build-caches.ts";
import { removeToolCaches } from "./keep/tool-caches.ts";
import type { Package, Work } from "./package-manager.ts";
import { type RegistryAccess, registryAccess } from "./registry/access.ts";
import { publicManifests, publicSettings } from "./registry/public-text.ts";
import { runScript } from "./scripts/run.ts";
import { slicesOf } from "./slices.ts";
import type { Task } from "./task.ts";

/** The result of a build besides its files. */
export interface Installed {
  /** All packages for building and running the app. */
  readonly packages: readonly Package[];
  /** Patterns of files that belong together, as layers of the image. */
  readonly slices: readonly (readonly string[])[];
  /** The variables that processes need to find the packages. */
  readonly launchEnv: Readonly<Record<string, string>>;
}

/** Installs the dependencies, runs the scripts, and keeps the files that the app needs to run. */
export async function make(context: Context, task: Task): Promise<Installed> {
  const access = await registryAccess(context, task.choice.name, task.dirs.root);
  try {
    return await makeWith(access, context, task);
  } finally {
    await access.remove();
  }
}

async function makeWith(access: RegistryAccess, context: Context, task: Task): Promise<Installed> {
  const { app } = context;
  const { manager, dirs } = task;
  const started = await startWork(context, task, access);
  const isNew = await install(context, task, started);
  await manager.ready?.(started.work);
  const installed = await manager.installed(started.work);
  const packages = await manager.packages(started.work);
  if (isNew) logInstalled(context, task, packages);
  await runScripts(context, task, started.work);
  if (task.leaves === "assets") return leaveAssets(context, task, { ...started, packages, installed });
  const left = await leaveForLaunch(context, task, { ...started, packages });
  await manager.hidePasswords?.(started.work);
  await removePasswords(started.work);
  await removeToolCaches(app, installed);
  const launchEnv = (await manager.launchEnv?.(started.work)) ?? {};
  return { packages: left, slices: slicesOf(app, dirs, installed), launchEnv };
}

const logInstalled = ({ log }: Context, { vendored }: Task, packages: readonly Package[]): void =>
  log.info(
    `${vendored.isUsed ? "Packages of the app" : "Installed packages"}: ${packages.filter(({ role }) => role === undefined).length}`,
  );

/** Runs the scripts of the build, with what build tools kept from the last one. */
async function runScripts(context: Context, task: Task, work: Work): Promise<void> {
  const caches = await provideBuildCaches(context, task);
  if (task.scripts.length === 0) return;
  caches.load();
  for (const script of task.scripts) await runScript(task.manager, work, script);
  caches.save();
}

/** Leaves what the scripts built, for an app in another language: Node.js is not there when it runs. */
async function leaveAssets(
  { app, config, log }: Context,
  { manager }: Task,
  {
    work,
    packages,
    installed,
  }: { readonly work: Work } & Pick<Installed, "packages"> & {
      readonly installed: readonly string[];
    },
): Promise<Installed> {
  await removeCredentials(work);
  const keepsAll = config.BP_NODE_KEEP_DEV_DEPENDENCIES;
  const user = keepsAll ? undefined : await userOfModules(app);
  if (keepsAll) log.info("Dependencies stay in the app: BP_NODE_KEEP_DEV_DEPENDENCIES is true");
  else if (user === undefined) await removeInstalled(app, installed, log);
  else {
    log.info(`Dependencies for launch stay in the app: ${user} names them`);
    await manager.prune(work);
  }
  await manager.hidePasswords?.(work);
  await removePasswords(work);
  await removeToolCaches(app, keepsAll || user !== undefined ? installed : []);
  return { packages, slices: [], launchEnv: {} };
}

/** Takes out of the app what does not belong into the image; returns the packages as they are then. */
async function leaveForLaunch(
  { config }: Context,
  { manager }: Task,
  { work, packages }: { readonly work: Work; readonly packages: readonly Package[] },
): Promise<readonly Package[]> {
  await removeCredentials(work);
  if (config.BP_NODE_KEEP_DEV_DEPENDENCIES)
    return packages.map((each) => (each.scope === "development" ? { ...each, scope: "runtime" } : each));
  await manager.prune(work);
  return packages;
}

/** Rewrites files of the app without credentials, and says so. */
async function removeCredentials({ project, log }: Work): Promise<void> {
  await rewrite(
    { project, log },
    { ...(await publicSettings(project.app, foldersOf(project))), ...project.withoutCredentials },
  );
}

/** The same of addresses of dependencies, which pruning reads. */
async function removePasswords({ project, log }: Work): Promise<void> {
  await rewrite({ project, log }, await publicManifests(project.app, foldersOf(project)));
}

const foldersOf = ({ dirs, manifests }: Work["project"]): readonly string[] => [
  "",
  dirs.dir,
  ...Object.keys(manifests).map((dir) => join(dirs.root, dir)),
];

async function rewrite(
  { project, log }: Pick<Work, "project" | "log">,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    log.warn(`The credentials in ${path} are left out of the image`);
    await writeFile(project.app.path(path), text);
  }
}
