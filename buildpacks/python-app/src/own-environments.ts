import { lstat, rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/**
 * Removes virtual environments, under any name, from the directories of the app and the project.
 * They were created on another machine, so their programs refer to a Python that does not exist in
 * the build, and tools would install packages into them.
 *
 * @param dir the directory of the project
 */
export async function leaveOutEnvironments(app: App, dir: string, log: Logger): Promise<void> {
  for (const folder of new Set(["", dir])) {
    for (const name of await app.list(folder)) {
      const path = inDir(folder, name.replace(/\/$/, ""));
      if (!(await isEnvironment(app, path))) continue;
      log.warn(
        `${path} of the app is not in the image: a virtual environment works only on the machine that created it. Do not commit or upload it. List the packages in requirements.txt or a lockfile.`,
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
