import { join } from "node:path";
import type { Logger } from "libcnb";
import { installedPackages, modulesDirs } from "./installed-packages.ts";
import { type Entry, entryAt, listTree } from "./listing.ts";
import { normalizeTree } from "./normalize.ts";
import { writePack } from "./pack.ts";
import { readHiddenLockfile } from "./prune.ts";
import { unpack } from "./unpack.ts";

/** Packs what npm installed into the app into the folder that keeps it, in a form that is the same on every machine. */
export async function saveModules(appDir: string, to: string, log: Logger): Promise<void> {
  const packages = installedPackages(await readHiddenLockfile(appDir));
  log.info(`Installed packages: ${packages.length}`);
  const dirs = modulesDirs(packages);
  const entries = dirs.flatMap((dir) => installed(appDir, dir));
  writePack(appDir, entries, to, dirs);
}

/** Puts a kept installation into the app as real folders: links to a layer break workspaces and peer dependencies. */
export function restoreModules(from: string, appDir: string, log: Logger): void {
  log.step("Keeping the dependencies of the last build: nothing that npm reads has changed");
  unpack(from, appDir);
}

/** What is in a `node_modules` folder; nothing when it does not exist, as without dependencies. */
function installed(appDir: string, dir: string): readonly Entry[] {
  if (entryAt(appDir, dir).kind !== "directory") return [];
  normalizeTree(join(appDir, dir));
  return [entryAt(appDir, dir), ...listTree(appDir, dir)];
}
