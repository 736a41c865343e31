import { rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/**
 * Removes unused `node_modules` directories of the app. For a link, only the link is removed, not
 * its target.
 */
export async function removeVendored(app: App, dirs: readonly string[], log: Logger, why?: string): Promise<void> {
  for (const dir of new Set(dirs)) {
    const path = inDir(dir, "node_modules");
    if (!(await isThere(app, dir))) continue;
    log.warn(
      `${path} of the app is not used${why === undefined ? "" : ` (${why})`}: the buildpack installs the dependencies. ` +
        "To use it as it is, set BP_NODE_VENDORED=true.",
    );
    await rm(app.path(path), { recursive: true, force: true });
  }
}

/** True if a directory of the app contains `node_modules`, as a directory, link or file. */
export const isThere = async (app: App, dir: string): Promise<boolean> =>
  (await app.list(dir === "" ? "." : dir)).some((name) => name === "node_modules/" || name === "node_modules");
