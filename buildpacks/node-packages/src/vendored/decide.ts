import { rm } from "node:fs/promises";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { ManagerChoice, ProjectDirs } from "@libcnb/node-app";
import { type App, type Logger, UserError } from "libcnb";
import type { InstallContext, PackageManager } from "../package-manager.ts";
import { readManifests } from "../yarn/workspaces.ts";
import { type Demands, lacksDeclared, lacksPlatform } from "./lacking.ts";
import { readTree, type Tree } from "./tree.ts";

/** The facts about an app's `node_modules` directories that the decision depends on. */
interface Vendoring {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly manager: PackageManager;
  readonly choice: ManagerChoice;
  /** The value of BP_NODE_VENDORED. */
  readonly setting: boolean | undefined;
  /** True if scripts run, because they may need development packages. */
  readonly isBuilt: boolean;
}

/**
 * The decision about an app's own `node_modules`. `isUsed` is true if the app is built with them,
 * so that nothing is installed.
 */
export interface Decision {
  readonly isUsed: boolean;
  /** The reason why an existing directory is ignored, if the user did not request that. */
  readonly leftOut?: string;
}

/**
 * Decides whether the app is built with its own `node_modules` instead of an installation, and logs
 * the decision. `node_modules` that are not used are removed.
 *
 * @throws UserError NODE_VENDORED_MISSING
 */
export async function decideVendored(vendoring: Vendoring, log: Logger): Promise<Decision> {
  const { app, dirs, setting } = vendoring;
  const folders = [...new Set([dirs.root, dirs.dir])];
  const present = await Promise.all(folders.map((dir) => isPresent(app, dir)));
  if (!present.includes(true)) {
    if (setting === true) throw missing(dirs.root);
    return { isUsed: false };
  }
  const verdict = await verdictOn(vendoring);
  if (!verdict.isUsed) {
    await removeVendored(app, folders, log, verdict.why);
    return { isUsed: false, ...defined({ leftOut: setting === undefined ? verdict.why : undefined }) };
  }
  log.step(`Using node_modules of the app: ${verdict.why}`);
  if (setting === undefined) log.info("To install the dependencies instead, set BP_NODE_VENDORED=false");
  return { isUsed: true };
}

const missing = (root: string): UserError =>
  new UserError(
    "NODE_VENDORED_MISSING",
    `BP_NODE_VENDORED is true, but ${root === "" ? "the app" : root} has no node_modules`,
    {
      hint: "Commit node_modules, and check that include and exclude in project.toml do not exclude it; or unset BP_NODE_VENDORED.",
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

const notCompared = (title: string): string => `${title} always installs from the lockfile`;

interface DecisionInputs {
  readonly manager: PackageManager;
  readonly lockfile: InstallContext | undefined;
  readonly demands: Demands;
}

async function lackOf(tree: Tree, { manager, lockfile, demands }: DecisionInputs): Promise<string | undefined> {
  const ofLockfile = lockfile && (await manager.lacks?.(tree, lockfile, demands));
  return ofLockfile ?? lacksDeclared(tree, demands) ?? lacksPlatform(tree, demands);
}

/**
 * The `.gitignore` that excludes a directory's `node_modules` from git: in the directory itself or
 * a parent within the app.
 */
async function ignoredBy(app: App, dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of new Set([...dirs, ""])) {
    const path = inDir(dir, ".gitignore");
    if ((await app.exists(path)) && namesModules(await app.readText(path))) return path;
  }
  return undefined;
}

/**
 * True if the text of a `.gitignore` ignores `node_modules`. The last matching line takes
 * precedence. A line `!node_modules` cancels an earlier one.
 */
export function namesModules(gitignore: string): boolean {
  const lines = gitignore.split(/\r?\n/).map((line) => line.trim());
  const last = lines.findLast((line) => /^!?(?:\/|\*\*\/)?node_modules(?:\/|\/\*{1,2})?$/.test(line));
  return last !== undefined && !last.startsWith("!");
}

/** The facts about an app's `node_modules` directories. */
interface VendoredFacts {
  /** True if any of them has a package. */
  readonly hasPackages: boolean;
  /**
   * The file that excludes them from git, such as `.gitignore`: they are then leftovers of a
   * developer's machine.
   */
  readonly ignoredBy: string | undefined;
  /** The packages of the lockfile or package.json that they lack, in words. */
  readonly lack: string | undefined;
  /** The name of the lockfile, if any. */
  readonly lockfile: string | undefined;
  /** The reason why this package manager does not support such directories; `undefined` if it does. */
  readonly refused: string | undefined;
}

/** The decision to use them in place of an installation, with the reason in words. */
interface Verdict {
  readonly isUsed: boolean;
  readonly why: string;
}

/** Decides whether committed dependencies are used. `setting` is BP_NODE_VENDORED; `undefined`: not set. */
function judge(setting: boolean | undefined, brought: VendoredFacts): Verdict {
  if (setting === false) return leftOut("BP_NODE_VENDORED is false");
  if (setting === true) return { isUsed: true, why: "BP_NODE_VENDORED is true" };
  if (!brought.hasPackages) return leftOut("it contains no packages");
  if (brought.ignoredBy !== undefined) return leftOut(`${brought.ignoredBy} lists it, so it is not committed`);
  const reason = brought.refused ?? brought.lack;
  if (reason !== undefined) return leftOut(reason);
  return { isUsed: true, why: `it contains all packages of ${brought.lockfile ?? "package.json"}` };
}

const leftOut = (why: string): Verdict => ({ isUsed: false, why });

/**
 * Removes unused `node_modules` directories of the app. For a link, only the link is removed, not
 * its target.
 */
export async function removeVendored(app: App, dirs: readonly string[], log: Logger, why?: string): Promise<void> {
  for (const dir of new Set(dirs)) {
    const path = inDir(dir, "node_modules");
    if (!(await isPresent(app, dir))) continue;
    log.warn(
      `${path} of the app is not used${why === undefined ? "" : ` (${why})`}: the buildpack installs the dependencies. ` +
        "To use it as it is, set BP_NODE_VENDORED=true.",
    );
    await rm(app.path(path), { recursive: true, force: true });
  }
}

/** True if a directory of the app contains `node_modules`, as a directory, link or file. */
const isPresent = async (app: App, dir: string): Promise<boolean> =>
  (await app.list(dir === "" ? "." : dir)).some((name) => name === "node_modules/" || name === "node_modules");
