import { type Dirent, readdirSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asPattern, largeFolders, type SizedEntry } from "@libcnb/app-kit/keep/large-folders";
import { leaveOutEnvironments } from "@libcnb/python-app/own-environments";
import type { App, BuildResult } from "libcnb";
import type { Context } from "./contract.ts";
import type { Project } from "./package-manager.ts";
import { registryAccess } from "./registry/access.ts";
import { packagesSbom } from "./sbom/components.ts";
import { type ChosenTool, chooseTool, readTask } from "./task.ts";
import { provideVenv } from "./venv/provide.ts";

/** Provides an app's packages in a virtual environment, which the image uses to start the app. */
export async function build(context: Context): Promise<BuildResult> {
  const access = await registryAccess(context);
  try {
    const chosen = await chooseTool(context, access);
    logTool(context, chosen);
    await leaveOutEnvironments(context.app, chosen.dir, context.log);
    const task = await readTask(context, chosen);
    const { packages } = await provideVenv(context, task, access);
    await removeCredentials(context, task.project);
    const slices = slicesOf(context.app, task.project.dir);
    return { slices, sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(packages) };
  } finally {
    await access.remove();
  }
}

/** Logs the tool, the lockfiles that are ignored, and the warnings about them. */
function logTool({ log }: Context, { choice, manager, tool }: ChosenTool): void {
  log.step(`${manager.title} ${tool.version} (${choice.source})`);
  for (const loser of choice.losers) log.info(loser);
  for (const warning of choice.warnings) log.warn(warning);
}

/** Rewrites files of the app without credentials, and logs their names. */
async function removeCredentials({ app, log }: Context, { withoutCredentials }: Project): Promise<void> {
  for (const [path, text] of Object.entries(withoutCredentials)) {
    log.warn(`${path} is in the image without its credentials`);
    await writeFile(app.path(path), text);
  }
}

/**
 * Returns the slices (separate layers) for large directories of the app, such as models or
 * pictures. A change of code does not affect these layers.
 */
export const slicesOf = (app: App, dir: string): readonly (readonly string[])[] =>
  largeFolders(filesIn(app.dir), [...new Set(["", dir])], []).map((folder) => [asPattern(folder)]);
function filesIn(root: string, dir = ""): readonly SizedEntry[] {
  return entriesOf(join(root, dir)).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return filesIn(root, path);
    const size = entry.isFile() ? statSync(join(root, path), { throwIfNoEntry: false })?.size : undefined;
    return size === undefined ? [] : [{ path, size }];
  });
}

/**
 * Returns the entries of a directory, or none if the directory cannot be read. Such a directory is
 * in no slice.
 */
function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
