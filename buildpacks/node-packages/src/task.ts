import {
  chooseScripts,
  type ManagerChoice,
  type PackageJson,
  type ProjectDirs,
  projectDirs,
  readManagerChoice,
  readPackageJson,
  type Texts,
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

/** The chosen package manager of an app, and the project for which it was chosen. */
export interface ChosenManager extends Pick<Task, "dirs" | "choice" | "manager" | "toolVersion" | "node"> {
  /** The scripts of package.json. */
  readonly scripts: Texts;
  /** True if the version and the reason are already in the log. */
  readonly isReported: boolean;
}

/**
 * Chooses the package manager of an app, and installs it if necessary.
 *
 * @param dir the directory with package.json, relative to the app
 */
export async function chooseManager(context: Context, dir: string | undefined): Promise<ChosenManager> {
  const { app, config, run } = context;
  const dirs = await projectDirs(app, dir);
  const { scripts } = (await readPackageJson(app, dirs.dir)) as PackageJson;
  const choice = await readManagerChoice(app, dirs, config.BP_NODE_PACKAGE_MANAGER);
  const node = await nodeVersion(run);
  const { version: toolVersion, isReported } = await provideTool(context, choice, node);
  return { dirs, choice, manager: await packageManager(choice, toolVersion), toolVersion, node, scripts, isReported };
}

/** Determines how an app is built with its package manager. */
export async function readTask(context: Context, chosen: ChosenManager, leaves: Task["leaves"]): Promise<Task> {
  const { app, config, env, log } = context;
  const { dirs, choice, manager, toolVersion, node } = chosen;
  // not read from `config`, which treats an empty variable as unset: here it means that no script runs
  const scripts = chooseScripts(chosen.scripts, env.BP_NODE_RUN_SCRIPTS);
  const vendored = await decideVendored(
    { app, dirs, manager, choice, setting: config.BP_NODE_VENDORED, isBuilt: scripts.length > 0 },
    log,
  );
  const used = vendored.isUsed ? withVendored(manager) : manager;
  return { dirs, choice, manager: used, vendored, toolVersion, scripts, node, leaves };
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
