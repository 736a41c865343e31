import { rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/** Names that virtual environments usually have. */
const usual: readonly string[] = [".venv", "venv", "env", ".env"];

/**
 * Removes virtual environments that came with the app: they were made for another machine, their programs lead to a Python that
 * is not there, and tools would install into them.
 */
export async function leaveOut(app: App, dir: string, log: Logger): Promise<void> {
  for (const path of new Set(["", dir].flatMap((each) => usual.map((name) => inDir(each, name))))) {
    if (!(await app.exists(inDir(path, "pyvenv.cfg")))) continue;
    log.warn(`${path} of the app is left out: its packages are installed for the image. Do not commit or upload it.`);
    await rm(app.path(path), { recursive: true, force: true });
  }
}
