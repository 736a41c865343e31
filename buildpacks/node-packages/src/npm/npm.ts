import { lstat, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Env } from "libcnb";
import { runExplained, type Shows, shownLines } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { PackageManager, Project, Work } from "../package-manager.ts";
import { readLicense } from "../sbom/license.ts";
import { lacksOfNpm } from "../vendored/lacking.ts";
import {
  hiddenLockfile,
  installedPackages,
  modulesDirs,
  neededBy,
  nestedModulesDirs,
  productionLockfile,
} from "./installed-packages.ts";
import { type LockfileEntry, lockfileEntries } from "./lockfile.ts";
import { packagesOf } from "./packages.ts";
import { readProject } from "./project.ts";

export const npm: PackageManager = {
  name: "npm",
  title: "npm",
  read: readProject,
  environment: (cacheDir, { env, toolVersion }) => ({
    NPM_CONFIG_CACHE: cacheDir,
    npm_config_cache: undefined,
    NPM_CONFIG_LOGS_MAX: "0",
    NPM_CONFIG_UPDATE_NOTIFIER: "false", // asks the registry whenever its cache is new
    ...headersOfOldNpm(env, toolVersion),
  }),
  install,
  scriptCommand: (name) => ["npm", "run", name],
  async installed({ project }) {
    const dirs = modulesDirs(installedPackages(await record(project)));
    return dirs.map((dir) => inRoot(project, dir)).toSorted();
  },
  prune: async ({ project }) => pruneDevelopment(rootOf(project), await record(project)),
  packages: async ({ project }) =>
    packagesOf(await withLicenses(await record(project), rootOf(project)), project.manifests),
  lacks: async (tree, { app, root, name }, demands) =>
    lacksOfNpm(tree, lockfileEntries(await app.readJson(inDir(root, name))), demands),
};

/** The node-gyp of npm 10 and older does not know the variable with the headers of Node.js; newer npm warns of this one. */
function headersOfOldNpm({ NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR: dir }: Env, version: string): Env {
  return dir !== undefined && Number.parseInt(version, 10) <= 10 ? { npm_config_nodedir: dir } : {};
}

/** npm's record of the installation: what the project does not need, because other workspaces do, is extraneous. */
async function record({ app, dirs, manifests }: Project): Promise<unknown> {
  const lockfile = await readHiddenLockfile(app.path(dirs.root));
  const workspace = dirs.root === "" ? dirs.dir : dirs.dir.slice(dirs.root.length + 1);
  return dirs.dir === dirs.root ? lockfile : neededBy(workspace, lockfile, manifests);
}

const rootOf = ({ app, dirs }: Project): string => app.path(dirs.root);

const inRoot = ({ dirs }: Project, path: string): string => (dirs.root === "" ? path : `${dirs.root}/${path}`);

async function install({ project, run }: Work): Promise<void> {
  const { lockfile, dirs, manifests } = project;
  // without a lockfile, none is written: the user has never seen it
  const command = lockfile === undefined ? ["install", "--no-package-lock"] : ["ci"];
  const options = { cwd: dirs.root, filterLog: isShownOfNpm() };
  await runExplained(run, { command: ["npm", ...command, ...installFlags], options }, (end) =>
    installFailure("npm", end, { lockfile, app: manifests[""]?.name }),
  );
}

// The build script needs development packages, whatever the value of NODE_ENV is.
const installFlags: readonly string[] = ["--include=dev", "--prefer-offline", "--no-audit", "--no-fund"];

/**
 * Creates a function that selects the lines of npm's output to log. npm's usage text after a
 * failure, which has about 80 lines, is not selected.
 */
export const isShownOfNpm = (): Shows =>
  shownLines({
    usage: /^npm (?:ERR!|error) (?:Clean install a project|Install a package|Usage:)$/,
    // empty lines, and the paths of logs that do not outlive the build
    noise:
      /^npm (?:ERR!|error)\s*$|A complete log of this run can be found|For a full report see:|-eresolve-report\.txt$/,
  });

/**
 * Removes development packages from the installed tree, like `npm prune --omit=dev`. npm's own
 * record of the installation determines the packages. Neither npm nor the network is used.
 */
export async function pruneDevelopment(dir: string, lockfile: unknown): Promise<void> {
  const packages = installedPackages(lockfile);
  for (const { path } of packages.filter(({ isDev }) => isDev)) await removePackage(join(dir, path));
  for (const modules of nestedModulesDirs(packages)) await removeDeadLinks(join(dir, modules, ".bin"));
  if (packages.length > 0)
    await writeFile(join(dir, hiddenLockfile), `${JSON.stringify(productionLockfile(lockfile), null, 2)}\n`);
}

/**
 * Reads npm's record of the installation in a directory. The record is empty if npm had nothing to
 * install.
 */
export async function readHiddenLockfile(dir: string): Promise<unknown> {
  const text = await readFile(join(dir, hiddenLockfile), "utf8").catch(ignore("ENOENT"));
  return text === undefined ? {} : JSON.parse(text);
}

/** Removes a package and the directory of its scope if nothing else is in it. */
async function removePackage(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  const parent = dirname(path);
  if (!parent.slice(parent.lastIndexOf("/") + 1).startsWith("@") && !parent.endsWith("/node_modules")) return;
  await rmdir(parent).catch(ignore("ENOTEMPTY", "ENOENT"));
}

async function removeDeadLinks(binDir: string): Promise<void> {
  const names = await readdir(binDir).catch(ignore("ENOENT"));
  for (const name of names ?? []) {
    const link = join(binDir, name);
    const isLink = (await lstat(link)).isSymbolicLink();
    if (isLink && (await stat(link).catch(ignore("ENOENT"))) === undefined) await rm(link);
  }
  if (names !== undefined) await rmdir(binDir).catch(ignore("ENOTEMPTY", "ENOENT"));
}
const ignore =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? "")) throw error;
  };

/**
 * Adds the licenses of the installed packages to npm's record of an installation, because older npm
 * versions do not record them.
 */
export async function withLicenses(lockfile: unknown, dir: string): Promise<unknown> {
  const entries = Object.entries(lockfileEntries(lockfile)).map(
    async ([path, entry]) => [path, await withLicense(entry, join(dir, path))] as const,
  );
  return { packages: Object.fromEntries(await Promise.all(entries)) };
}

async function withLicense(entry: LockfileEntry, dir: string): Promise<LockfileEntry> {
  if (entry.license !== undefined || entry.link === true || entry.version === undefined) return entry;
  const license = await readLicense(dir);
  return license === undefined ? entry : { ...entry, license };
}
