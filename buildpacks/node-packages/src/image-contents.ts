import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import { asPattern, largeFolders } from "@libcnb/app-kit/keep/large-folders";
import type { ProjectDirs } from "@libcnb/node-app";
import type { App, Logger } from "libcnb";
import type { Context } from "./contract.ts";
import { type Entry, listTree } from "./keep/listing.ts";
import type { InstallResult } from "./keep/result.ts";
import type { Package, Work } from "./package-manager.ts";
import { publicManifests, publicSettings } from "./registry/public-text.ts";
import type { Task } from "./task.ts";

/** An app with its installed packages, after its scripts have run. */
export interface InstalledApp {
  readonly work: Work;
  readonly packages: readonly Package[];
  /** The directories of the packages, relative to the app. */
  readonly installed: readonly string[];
}

/**
 * Removes files of an installed app that the image does not need: development packages, credentials
 * and caches of tools. Returns the packages, slices and launch variables for the image.
 */
export async function prepareForLaunch(
  { app, config }: Context,
  { manager, dirs }: Task,
  { work, packages, installed }: InstalledApp,
): Promise<InstallResult> {
  await removeCredentials(work);
  const keepsAll = config.BP_NODE_KEEP_DEV_DEPENDENCIES;
  if (!keepsAll) await manager.prune(work);
  await manager.hidePasswords?.(work);
  await removePasswords(work);
  await removeToolCaches(app, installed);
  const launchEnv = (await manager.launchEnv?.(work)) ?? {};
  return { packages: keepsAll ? packages.map(asRuntime) : packages, slices: slicesOf(app, dirs, installed), launchEnv };
}

const asRuntime = (each: Package): Package => (each.scope === "development" ? { ...each, scope: "runtime" } : each);

/**
 * Prepares the files of an app in another language, which runs without Node.js. The output of the
 * scripts is kept. The installed packages are removed, unless the app refers to them or the user
 * requested to keep them.
 */
export async function prepareAssets(
  { app, config, log }: Context,
  { manager }: Task,
  { work, packages, installed }: InstalledApp,
): Promise<InstallResult> {
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

/** Removes credentials from files of the app, and logs this. */
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
    log.warn(`${path} is in the image without its credentials`);
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

/**
 * Removes the caches that build tools keep in `node_modules`; the app does not need them at run
 * time.
 */
async function removeToolCaches(app: App, installed: readonly string[]): Promise<void> {
  for (const dir of installed.filter((path) => /(^|\/)node_modules$/.test(path)))
    for (const name of toolCaches) await rm(app.path(dir, name), { recursive: true, force: true });
}
const toolCaches: readonly string[] = [".cache", ".vite", ".vitest", ".turbo"];
