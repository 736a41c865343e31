import { writeFile } from "node:fs/promises";
import type { App, Logger } from "libcnb";
import type { InstalledPackage } from "./installed-packages.ts";
import { withoutCredentials } from "./npmrc.ts";
import { pruneDevelopment } from "./prune.ts";

/** Leaves in the app what belongs into the image; returns the packages that it runs with. */
export async function leaveForLaunch(app: App, log: Logger): Promise<readonly InstalledPackage[]> {
  await removeCredentials(app, log);
  const packages = await pruneDevelopment(app.dir);
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
