import { projectDirs, readManagerChoice } from "@libcnb/node-app";
import { type BuildResult, defaultTo, type LayerEnv, prepend } from "libcnb";
import { runExplained } from "libcnb/kit";
import type { Context } from "./contract.ts";
import { scriptFailure } from "./failures/failure.ts";
import { prepareAssets, prepareForLaunch } from "./image-contents.ts";
import { install, startWork } from "./install.ts";
import { provideBuildCaches } from "./keep/build-caches.ts";
import { type InstallResult, reusedOrInstalled } from "./keep/result.ts";
import { launchEnvironment } from "./layers.ts";
import type { Package, PackageManager, Work } from "./package-manager.ts";
import { type RegistryAccess, registryAccess } from "./registry/access.ts";
import { packagesSbom } from "./sbom/components.ts";
import { type ChosenManager, chooseManager, nodeVersion, readTask, type Task } from "./task.ts";
import { provideTool } from "./tool/tool.ts";

/**
 * Builds an app for the image: installs its packages and runs its build scripts, or reuses the
 * result of the last build.
 */
export async function build(context: Context): Promise<BuildResult> {
  const task = await taskIn(context, context.config.BP_NODE_PROJECT_PATH, "launch");
  const made = await reusedOrInstalled(context, task, () => make(context, task));
  await provideLaunchEnv(context, made);
  logPackages(context, made);
  return { slices: made.slices, sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(made.packages) };
}

/**
 * Installs the dependencies of a directory and runs its build scripts, for an app in another
 * language. The image contains the output of the scripts, but not the dependencies.
 *
 * @param dir the directory with package.json, relative to the app
 */
export async function buildAssets(context: Context, dir: string): Promise<BuildResult> {
  const task = await taskIn(context, dir, "assets");
  const { packages } = await reusedOrInstalled(context, task, () => make(context, task));
  return { sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(packages) };
}

/**
 * Provides the package manager of a directory only for the build, so that Maven and Gradle builds
 * can run it.
 *
 * @param dir the directory with package.json, relative to the app
 */
export async function providePackageManager(context: Context, dir: string): Promise<void> {
  const { app, config, log, run } = context;
  const choice = await readManagerChoice(app, await projectDirs(app, dir), config.BP_NODE_PACKAGE_MANAGER);
  const { version, isReported } = await provideTool(context, choice, await nodeVersion(run));
  if (!isReported) log.step(`${choice.name} ${version} (${choice.source})`);
}

/** Provides the package manager, and determines what to build with it. */
async function taskIn(context: Context, dir: string | undefined, leaves: Task["leaves"]): Promise<Task> {
  const chosen = await chooseManager(context, dir);
  logManager(context, chosen);
  return readTask(context, chosen, leaves);
}

/** Logs the package manager, the sources that are overruled, and the warnings about them. */
function logManager({ log }: Context, { choice, manager, toolVersion, isReported }: ChosenManager): void {
  if (!isReported) log.step(`${manager.title} ${toolVersion} (${choice.source})`);
  for (const loser of choice.losers) log.info(loser);
  for (const warning of choice.warnings) log.warn(warning);
}

/** Installs the dependencies, runs the scripts, and leaves the files that the image needs. */
async function make(context: Context, task: Task): Promise<InstallResult> {
  const access = await registryAccess(context, task.choice.name, task.dirs.root);
  try {
    return await makeWith(access, context, task);
  } finally {
    await access.remove();
  }
}

async function makeWith(access: RegistryAccess, context: Context, task: Task): Promise<InstallResult> {
  const { manager } = task;
  const started = await startWork(context, task, access);
  const { work } = started;
  const isNew = await install(context, task, started);
  await manager.ready?.(work);
  const installed = await manager.installed(work);
  const packages = await manager.packages(work);
  if (isNew) logInstalled(context, task, packages);
  await runScripts(context, task, work);
  const prepare = task.leaves === "assets" ? prepareAssets : prepareForLaunch;
  return prepare(context, task, { work, packages, installed });
}

/** Runs the scripts of the build, with what build tools kept from the last one. */
async function runScripts(context: Context, task: Task, work: Work): Promise<void> {
  const caches = await provideBuildCaches(context, task);
  if (task.scripts.length === 0) return;
  caches.load();
  for (const script of task.scripts) await runScript(task.manager, work, script);
  caches.save();
}

/** Runs a script of package.json with the package manager, and sends its output to the log. */
async function runScript(manager: PackageManager, { log, project, run }: Work, name: string): Promise<void> {
  log.step(`Running the script "${name}"`);
  await runExplained(run, { command: manager.scriptCommand(name), options: { cwd: project.dirs.dir } }, (end) =>
    scriptFailure(manager.name, name, end),
  );
}

/** Sets the environment variables that processes need to find their packages. */
async function provideLaunchEnv({ layers }: Context, { launchEnv }: InstallResult): Promise<void> {
  if (Object.keys(launchEnv).length === 0) return;
  await layers.provide(launchEnvironment, { metadata: { format: 1 }, create() {}, env: () => envOf(launchEnv) });
}

/**
 * Returns the environment of a layer. NODE_OPTIONS is added to the options of other buildpacks. The
 * other variables are defaults.
 */
const envOf = (variables: InstallResult["launchEnv"]): LayerEnv => ({
  launch: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      name === "NODE_OPTIONS" ? prepend(value, " ") : defaultTo(value),
    ]),
  ),
});

function logInstalled({ log }: Context, { vendored }: Task, packages: readonly Package[]): void {
  const count = packages.filter(({ role }) => role === undefined).length;
  log.info(`${vendored.isUsed ? "Packages of the app" : "Installed packages"}: ${count}`);
}

/** Logs the number of packages in the image. */
function logPackages({ log }: Context, { packages }: InstallResult): void {
  const foreign = packages.filter(({ role }) => role === undefined);
  const left = foreign.filter(({ scope }) => scope !== "development").length;
  log.info(`Packages in the image: ${left} of ${foreign.length}`);
}
