import { rm } from "node:fs/promises";
import type { App, Logger } from "libcnb";

/**
 * Removes `node_modules` folders that came with the app: they were made for another machine or another Node.js, and nobody can
 * tell whether they fit the lockfile. A link is removed, not what it leads to.
 */
export async function removeVendored(app: App, dirs: readonly string[], log: Logger): Promise<void> {
  for (const dir of new Set(dirs)) {
    const path = dir === "" ? "node_modules" : `${dir}/node_modules`;
    if (!(await isThere(app, dir))) continue;
    log.warn(
      `${path} of the app is left out: its dependencies are installed for the image. Do not commit or upload it.`,
    );
    await rm(app.path(path), { recursive: true, force: true });
  }
}

const isThere = async (app: App, dir: string): Promise<boolean> =>
  (await app.list(dir === "" ? "." : dir)).some((name) => name === "node_modules/" || name === "node_modules");
