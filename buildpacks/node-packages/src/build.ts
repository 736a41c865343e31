import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { asPattern, largeFolders } from "@libcnb/app-kit/keep/large-folders";
import type { ProjectDirs } from "@libcnb/node-app";
import { type App, type BuildResult, defaultTo, type LayerEnv, type Logger, prepend } from "libcnb";
import type { Context } from "./config.ts";
import { scriptFailure } from "./failures/failure.ts";
import { install, startWork } from "./install.ts";
import { provideBuildCaches } from "./keep/build-caches.ts";
import { reusedOrInstalled } from "./keep/kept-result.ts";
import { type Entry, listTree } from "./keep/listing.ts";
import type { Installed } from "./keep/result.ts";
import type { Package, PackageManager, Work } from "./package-manager.ts";
import { launchEnvironment } from "./provided.ts";
import { type RegistryAccess, registryAccess } from "./registry/access.ts";
import { publicManifests, publicSettings } from "./registry/public-text.ts";
import { packagesSbom } from "./sbom/packages-sbom.ts";
import { readTask, type Task } from "./task.ts";

/** Builds an app for the image, or reuses the result of the last build. */
export async function build(context: Context): Promise<BuildResult> {
  const task = await readTask(context);
  const made = await reusedOrInstalled(context, task, () => make(context, task));
  await provideLaunchEnv(context, made);
  logPackages(context, made);
  return { slices: made.slices, sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(made.packages) };
}

/** Sets the environment variables that processes need to find their packages. */
async function provideLaunchEnv({ layers }: Context, { launchEnv }: Installed): Promise<void> {
  if (Object.keys(launchEnv).length === 0) return;
  await layers.provide(launchEnvironment, { metadata: { format: 1 }, create() {}, env: () => envOf(launchEnv) });
}

/** Options of Node.js are added to those of others. */
const envOf = (variables: Installed["launchEnv"]): LayerEnv => ({
  launch: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      name === "NODE_OPTIONS" ? prepend(value, " ") : defaultTo(value),
    ]),
  ),
});

/** Logs the number of packages in the image. */
function logPackages({ log }: Context, { packages }: Installed): void {
  const foreign = packages.filter(({ role }) => role === undefined);
  const left = foreign.filter(({ scope }) => scope !== "development").length;
  log.info(`Packages in the image: ${left} of ${foreign.length}`);
}

/**
 * Installs the dependencies, runs the scripts, and keeps the files that the app needs at run time.
 */
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
  if (keepsAll) log.info("node_modules stays in the image: BP_NODE_KEEP_DEV_DEPENDENCIES is true");
  else if (user === undefined) await removeInstalled(app, installed, log);
  else {
    log.info(`The launch dependencies stay in the image: ${user} refers to node_modules`);
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
    log.warn(`${path} is not in the image, because it contains credentials`);
    await writeFile(project.app.path(path), text);
  }
}

/** Removes the installed packages, which an app in another language does not need at run time. */
async function removeInstalled(app: App, installed: readonly string[], log: Logger): Promise<void> {
  for (const path of installed) await rm(app.path(path), { recursive: true, force: true });
  if (installed.length > 0) log.info(`Removed from the image: ${installed.join(", ")}`);
}

/**
 * The file of the app that reads `node_modules` after the scripts have run, such as Django's
 * settings, from which `collectstatic` copies. `undefined` if there is none.
 */
async function userOfModules(app: App): Promise<string | undefined> {
  const sources = listTree(app.dir).filter(mayUseModules).slice(0, mostSources);
  return sources.find(({ path }) => readFileSync(app.path(path), "latin1").includes("node_modules"))?.path;
}

// settings are small and there are few; generated sources are neither
const mostSources = 2000;
const largestSource = 256 * 1024;
/** Sources of apps in Python, and what Maven and Gradle build by. */
const mayUseModules = (entry: Entry): boolean =>
  entry.kind === "file" &&
  entry.size <= largestSource &&
  /(?:\.py|(?:^|\/)pom\.xml|\.gradle(?:\.kts)?)$/.test(entry.path) &&
  !/(?:^|\/)(?:node_modules|\.[^/]+|venv|site-packages)\//.test(entry.path);
/**
 * The slices of the image: the installed packages, and each large directory of the app, such as
 * pictures. Everything else is in the layer that changes with each commit.
 */
function slicesOf(app: App, dirs: ProjectDirs, installed: readonly string[]): readonly (readonly string[])[] {
  const folders = largeFolders(listTree(app.dir), [...new Set([dirs.root, dirs.dir])], installed);
  return [installed, ...folders.map((folder) => [folder])].map((paths) => paths.map(asPattern));
}

/** Runs a script of package.json with the package manager, and sends its output to the log. */
async function runScript(manager: PackageManager, { log, project, run }: Work, name: string): Promise<void> {
  log.step(`Running the script "${name}"`);
  await runExplained(run, { command: manager.scriptCommand(name), options: { cwd: project.dirs.dir } }, (end) =>
    scriptFailure(manager.name, name, end),
  );
}

/**
 * Removes the caches that build tools keep in `node_modules`; the app does not need them at run
 * time.
 */
async function removeToolCaches(app: App, installed: readonly string[]): Promise<void> {
  for (const dir of installed.filter((path) => /(^|\/)node_modules$/.test(path)))
    for (const name of toolCaches) await rm(app.path(dir, name), { recursive: true, force: true });
}
const toolCaches: readonly string[] = [".cache", ".vite", ".vitest", ".turbo"];
