import type { ManagerChoice, ProjectDirs } from "@libcnb/node-app";
import { type App, type Logger, UserError } from "libcnb";
import type { LockfileLocation, PackageManager } from "../package-manager.ts";
import { readManifests } from "../yarn/manifests.ts";
import { ignoredBy } from "./ignored.ts";
import { type Demands, lacksDeclared, lacksPlatform } from "./lacking.ts";
import { isThere, removeVendored } from "./remove.ts";
import { readTree, type Tree } from "./tree.ts";
import { judge, type Verdict } from "./verdict.ts";

/** The `node_modules` directories of an app, for the decision. */
export interface Vendoring {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly manager: PackageManager;
  readonly choice: ManagerChoice;
  /** BP_NODE_VENDORED */
  readonly setting: boolean | undefined;
  /** True if scripts run, which may need packages for development. */
  readonly isBuilt: boolean;
}

/** The decision about an app's `node_modules`. */
export interface Decision {
  readonly isUsed: boolean;
  /** The reason why an existing directory is ignored without a setting. */
  readonly leftOut?: string;
}

/**
 * Decides whether the app's own `node_modules` replace an installation, and logs the decision.
 * Removes them if not.
 *
 * @throws UserError NODE_VENDORED_MISSING
 */
export async function decideVendored(vendoring: Vendoring, log: Logger): Promise<Decision> {
  const { app, dirs, setting } = vendoring;
  const folders = [...new Set([dirs.root, dirs.dir])];
  const present = await Promise.all(folders.map((dir) => isThere(app, dir)));
  if (!present.includes(true)) {
    if (setting === true) throw missing(dirs.root);
    return { isUsed: false };
  }
  const verdict = await verdictOn(vendoring);
  if (!verdict.isUsed) {
    await removeVendored(app, folders, log, verdict.why);
    return { isUsed: false, ...(setting === undefined && { leftOut: verdict.why }) };
  }
  log.step(`Using node_modules of the app: ${verdict.why}`);
  if (setting === undefined) log.info("BP_NODE_VENDORED=false installs the dependencies instead");
  return { isUsed: true };
}

const missing = (root: string): UserError =>
  new UserError(
    "NODE_VENDORED_MISSING",
    `BP_NODE_VENDORED is true, but ${root === "" ? "the app" : root} has no node_modules`,
    {
      hint: "Commit node_modules, and look whether include or exclude of project.toml leaves it out; or unset BP_NODE_VENDORED.",
    },
  );

async function verdictOn({ app, dirs, manager, choice, setting, isBuilt }: Vendoring): Promise<Verdict> {
  const manifests = setting === undefined ? await readManifests(app, dirs.root) : {};
  const tree = setting === undefined ? readTree(app.path(dirs.root), Object.keys(manifests)) : new Map();
  const demands = { manifests, isBuilt, platform: process.platform, arch: process.arch };
  const lockfile = choice.lockfile === undefined ? undefined : { app, root: dirs.root, name: choice.lockfile };
  return judge(setting, {
    hasPackages: tree.size > 0,
    ignoredBy: await ignoredBy(app, [dirs.dir, dirs.root]),
    lack: await lackOf(tree, { manager, lockfile, demands }),
    lockfile: choice.lockfile,
    refused: lockfile !== undefined && manager.lacks === undefined ? notCompared(manager.title) : undefined,
  });
}

const notCompared = (title: string): string =>
  `${title} installs what the lockfile names; BP_NODE_VENDORED=true uses the folder as it is`;

interface Judged {
  readonly manager: PackageManager;
  readonly lockfile: LockfileLocation | undefined;
  readonly demands: Demands;
}

async function lackOf(tree: Tree, { manager, lockfile, demands }: Judged): Promise<string | undefined> {
  const ofLockfile = lockfile && (await manager.lacks?.(tree, lockfile, demands));
  return ofLockfile ?? lacksDeclared(tree, demands) ?? lacksPlatform(tree, demands);
}
