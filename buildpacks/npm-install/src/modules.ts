import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "libcnb";
import { installedPackages, modulesDirs } from "./installed-packages.ts";
import { readHiddenLockfile } from "./prune.ts";
import { copyTree, isDirectory, normalizeTree } from "./tree.ts";

/** Copies what npm installed into the app to the folder that keeps it, in a form that is the same on every machine. */
export async function saveModules(appDir: string, to: string, log: Logger): Promise<void> {
  log.info(`Installed packages: ${installedPackages(await readHiddenLockfile(appDir)).length}`);
  for (const dir of await installedDirs(appDir)) {
    await normalizeTree(join(appDir, dir));
    await copyTree(join(appDir, dir), join(to, dir));
  }
}

/** Puts a kept installation into the app as real folders: links to a layer break workspaces and peer dependencies. */
export async function restoreModules(from: string, appDir: string, log: Logger): Promise<void> {
  log.step("Keeping the dependencies of the last build: nothing that npm reads has changed");
  await rm(join(appDir, "node_modules"), { recursive: true, force: true });
  for (const dir of await installedDirs(from)) {
    await rm(join(appDir, dir), { recursive: true, force: true });
    await copyTree(join(from, dir), join(appDir, dir));
  }
}

/** The `node_modules` folders that exist; none when the app has no dependencies. */
async function installedDirs(dir: string): Promise<readonly string[]> {
  const dirs = modulesDirs(installedPackages(await readHiddenLockfile(dir)));
  const found = await Promise.all(dirs.map((each) => isDirectory(join(dir, each))));
  return dirs.filter((_, index) => found[index]);
}
