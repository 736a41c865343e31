import { rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/** Removes unused `node_modules` directories of the app. A link is removed, not its target. */
export async function removeVendored(app: App, dirs: readonly string[], log: Logger, why?: string): Promise<void> {
  for (const dir of new Set(dirs)) {
    const path = inDir(dir, "node_modules");
    if (!(await isThere(app, dir))) continue;
    log.warn(
      `${path} of the app is left out${why === undefined ? "" : ` (${why})`}: the dependencies are installed. ` +
        "BP_NODE_VENDORED=true uses it as it is.",
    );
    await rm(app.path(path), { recursive: true, force: true });
  }
}

/** True if a directory of the app has `node_modules` of any kind. */
export const isThere = async (app: App, dir: string): Promise<boolean> =>
  (await app.list(dir === "" ? "." : dir)).some((name) => name === "node_modules/" || name === "node_modules");
