import {
  chooseScripts,
  type ManagerChoice,
  type PackageJson,
  type ProjectDirs,
  projectDirs,
  readManagerChoice,
  readPackageJson,
} from "@libcnb/node-app";
import type { Context } from "./config.ts";
import { packageManager } from "./managers.ts";
import { nodeVersion } from "./node-version.ts";
import type { PackageManager } from "./package-manager.ts";
import { provideTool } from "./tool/tool.ts";
import { type Decision, decideVendored } from "./vendored/decide.ts";
import { withVendored } from "./vendored/use.ts";

/** The work on an app, and its tools. */
export interface Task {
  readonly dirs: ProjectDirs;
  readonly choice: ManagerChoice;
  readonly manager: PackageManager;
  /** True if the app's own `node_modules` take the place of an installation. */
  readonly vendored: Decision;
  /** Exact version of the package manager. */
  readonly toolVersion: string;
  /** Names of the scripts to run after the installation. */
  readonly scripts: readonly string[];
  /** Version of Node.js: `v24.21.0`. */
  readonly node: string;
  /** The files to keep in the app: those that Node.js needs to run it, or only the scripts' output. */
  readonly leaves: "launch" | "assets";
}

/** The request of a buildpack that builds assets for an app in another language. */
export interface AssetsRequest {
  /** The folder with package.json, relative to the app. */
  readonly dir: string;
}

/** Determines the work, and provides the package manager. */
export async function readTask(context: Context, assets?: AssetsRequest): Promise<Task> {
  const { app, config, env, log, run } = context;
  const dirs = await projectDirs(app, assets?.dir ?? config.BP_NODE_PROJECT_PATH);
  const { scripts } = (await readPackageJson(app, dirs.dir)) as PackageJson;
  const choice = await readManagerChoice(app, dirs, config.BP_NODE_PACKAGE_MANAGER);
  const node = await nodeVersion(run);
  const { version: toolVersion, isReported } = await provideTool(context, choice, node);
  const manager = await packageManager(choice, toolVersion);
  if (!isReported) log.step(`${manager.title} ${toolVersion} (${choice.source})`);
  for (const loser of choice.losers) log.info(loser);
  for (const warning of choice.warnings) log.warn(warning);
  // not of `config`, for which an empty variable is none: here it says that no script is to run
  const chosen = chooseScripts(scripts, env.BP_NODE_RUN_SCRIPTS);
  const vendored = await decideVendored(
    { app, dirs, manager, choice, setting: config.BP_NODE_VENDORED, isBuilt: chosen.length > 0 },
    log,
  );
  return {
    dirs,
    choice,
    manager: vendored.isUsed ? withVendored(manager) : manager,
    vendored,
    toolVersion,
    scripts: chosen,
    node,
    leaves: assets === undefined ? "launch" : "assets",
  };
}
