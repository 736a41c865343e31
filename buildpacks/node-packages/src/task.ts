import {
  chooseScripts,
  type ManagerChoice,
  type PackageJson,
  type ProjectDirs,
  projectDirs,
  readManagerChoice,
  readPackageJson,
} from "@libcnb/node-app";
import type { RunTool } from "libcnb";
import type { Context } from "./contract.ts";
import type { PackageManager } from "./package-manager.ts";
import { provideTool } from "./tool/tool.ts";
import { type Decision, decideVendored } from "./vendored/decide.ts";
import { withVendored } from "./vendored/use.ts";

/** The project to build, with the decisions and the tools for its build. */
export interface Task {
  readonly dirs: ProjectDirs;
  readonly choice: ManagerChoice;
  readonly manager: PackageManager;
  /** The decision whether the app's own `node_modules` are used instead of an installation. */
  readonly vendored: Decision;
  /** The exact version of the package manager. */
  readonly toolVersion: string;
  /** The names of the scripts to run after the installation. */
  readonly scripts: readonly string[];
  /** The version of Node.js: `v24.21.0`. */
  readonly node: string;
  /**
   * The files to keep in the app: those that it needs to run on Node.js, or only the output of the
   * scripts.
   */
  readonly leaves: "launch" | "assets";
}

/** The request of a buildpack that builds assets for an app in another language. */
export interface AssetsRequest {
  /** The directory with package.json, relative to the app. */
  readonly dir: string;
}

/** Determines how an app is built, and provides the package manager. */
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

/** The adapter of a package manager; loaded on demand, because a build needs only one. */
async function packageManager({ name }: ManagerChoice, version: string): Promise<PackageManager> {
  return (await adapters[name === "yarn" && !version.startsWith("1.") ? "berry" : name]()) satisfies PackageManager;
}
const adapters = {
  npm: async () => (await import("./npm/npm.ts")).npm,
  yarn: async () => (await import("./yarn-classic/classic.ts")).classic,
  berry: async () => (await import("./yarn-berry/berry.ts")).berry,
  pnpm: async () => (await import("./pnpm/pnpm.ts")).pnpm,
  bun: async () => (await import("./bun/bun.ts")).bun,
} as const satisfies Readonly<Record<string, () => Promise<PackageManager>>>;

/** Returns the version of the Node.js in PATH: `v24.21.0`. */
export async function nodeVersion(run: RunTool): Promise<string> {
  const { stdout } = await run("node", ["--version"], { output: "capture" });
  return stdout.trim();
}
