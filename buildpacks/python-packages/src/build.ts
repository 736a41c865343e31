import { writeFile } from "node:fs/promises";
import type { BuildResult } from "libcnb";
import type { Context } from "./config.ts";
import type { Project } from "./package-manager.ts";
import { registryAccess } from "./registry/access.ts";
import { packagesSbom } from "./sbom/packages-sbom.ts";
import { slicesOf } from "./slices.ts";
import { readTask } from "./task.ts";
import { provideVenv } from "./venv/provide.ts";

/** Provides the packages of an app in a virtual environment that the image starts the app with. */
export async function build(context: Context): Promise<BuildResult> {
  const access = await registryAccess(context);
  try {
    const task = await readTask(context, access);
    const { packages } = await provideVenv(context, task, access);
    await removeCredentials(context, task.project);
    const slices = slicesOf(context.app, task.project.dir);
    return { slices, sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(packages) };
  } finally {
    await access.remove();
  }
}

/** Rewrites files of the app without credentials, and says so. */
async function removeCredentials({ app, log }: Context, { withoutCredentials }: Project): Promise<void> {
  for (const [path, text] of Object.entries(withoutCredentials)) {
    log.warn(`The credentials in ${path} are left out of the image`);
    await writeFile(app.path(path), text);
  }
}
