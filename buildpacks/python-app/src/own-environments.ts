import { lstat, rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/**
 * Removes virtual environments of the app, under any name, in the directories of the app and the
 * project: they were created for another machine, their programs refer to a missing Python, and
 * tools would install into them.
 *
 * @param dir the folder of the project
 */
export async function leaveOutEnvironments(app: App, dir: string, log: Logger): Promise<void> {
  for (const folder of new Set(["", dir])) {
    for (const name of await app.list(folder)) {
      const path = inDir(folder, name.replace(/\/$/, ""));
      if (!(await isEnvironment(app, path))) continue;
      log.warn(
        `${path} of the app is left out: a virtual environment is for the machine that made it. Do not commit or upload it; requirements.txt or a lockfile names what is installed.`,
      );
      await rm(app.path(path), { recursive: true, force: true });
    }
  }
}

const isEnvironment = async (app: App, path: string): Promise<boolean> =>
  lstat(app.path(inDir(path, "pyvenv.cfg"))).then(
    (entry) => entry.isFile(),
    () => false,
  );
