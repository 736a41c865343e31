import { writeFile } from "node:fs/promises";
import type { App, Logger } from "libcnb";
import { type InstalledPackage, installedPackages } from "./installed-packages.ts";
import { withoutCredentials } from "./npmrc.ts";
import { pruneDevelopment, readHiddenLockfile } from "./prune.ts";

/** Leaves in the app what belongs into the image. */
export async function leaveForLaunch(app: App, log: Logger): Promise<void> {
  await removeCredentials(app, log);
  await pruneDevelopment(app.dir);
}

/** The packages that the app runs with, once only they are left. */
export async function packagesForLaunch(app: App, log: Logger): Promise<readonly InstalledPackage[]> {
  const packages = installedPackages(await readHiddenLockfile(app.dir));
  log.info(`Packages for launch: ${packages.length}; those for development are removed`);
  return packages;
}

/** Rewrites the app's `.npmrc` without credentials, and says so. */
async function removeCredentials(app: App, log: Logger): Promise<void> {
  if (!(await app.exists(".npmrc"))) return;
  const kept = withoutCredentials(await app.readText(".npmrc"));
  if (kept === undefined) return;
  log.warn("The credentials in .npmrc are left out of the image");
  await writeFile(app.path(".npmrc"), kept);
}
