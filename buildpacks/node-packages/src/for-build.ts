import { projectDirs, readManagerChoice } from "@libcnb/node-app";
import type { Context } from "./config.ts";
import { nodeVersion } from "./node-version.ts";
import { provideTool } from "./tool/tool.ts";

/**
 * Provides the package manager of a directory only for the build. Maven and Gradle builds can then
 * run it.
 *
 * @param dir the directory with package.json, relative to the app
 */
export async function providePackageManager(context: Context, dir: string): Promise<void> {
  const { app, config, log, run } = context;
  const choice = await readManagerChoice(app, await projectDirs(app, dir), config.BP_NODE_PACKAGE_MANAGER);
  const { version, isReported } = await provideTool(context, choice, await nodeVersion(run));
  if (!isReported) log.step(`${choice.name} ${version} (${choice.source})`);
}
