import { join } from "node:path";
import type { PackageManager, Project } from "../package-manager.ts";
import { parseYaml } from "../yaml.ts";
import { environment, install } from "./install.ts";
import { realPath } from "./links.ts";
import { type Importer, lockfileOf } from "./lockfile.ts";
import { readNotes, readRecord, storeNote } from "./notes.ts";
import { packagesOf } from "./packages.ts";
import { readProject } from "./project.ts";
import { type NotedInstallation, projectsOf, prune } from "./prune.ts";
import { hideUsers, usersIn } from "./public-folders.ts";

/**
 * The {@link PackageManager} for pnpm 8 and newer. pnpm is a Node.js program, and since pnpm 12 a
 * native executable.
 */
export const pnpm: PackageManager = {
  name: "pnpm",
  title: "pnpm",
  read: readProject,
  environment,
  install,
  async ready({ project, cacheDir }) {
    for (const dir of modulesFolders(project)) storeNote(project.app.path(dir), cacheDir);
  },
  scriptCommand: (name) => ["pnpm", "run", name],
  installed: async ({ project }) =>
    modulesFolders(project).filter((path) => realPath(project.app.path(path)) !== undefined),
  async prune({ project }) {
    const installations = await installationsOf(project);
    prune(installations, startsOf(project, installations));
  },
  async hidePasswords({ project }) {
    hideUsers(
      modulesFolders(project).map((dir) => project.app.path(dir)),
      usersIn(await addressesOf(project)),
    );
  },
  async packages({ project }) {
    const installations = await installationsOf(project);
    return packagesOf(installations, startsOf(project, installations));
  },
};

/** The lockfile and the manifests, which contain the addresses of packages. */
async function addressesOf({ app, dirs, lockfile, manifests }: Project): Promise<string> {
  const locked = lockfile === undefined ? "" : await app.readText(join(dirs.root, lockfile));
  return [locked, ...Object.values(manifests).map(({ table }) => JSON.stringify(table))].join("\n");
}

/** Relative to the app, sorted. */
const modulesFolders = ({ dirs, manifests }: Project): readonly string[] =>
  [...new Set(["", ...Object.keys(manifests)])].map((dir) => join(dirs.root, dir, "node_modules")).toSorted();

const installationsOf = ({ app, dirs, manifests }: Project) =>
  readInstallations(app.path(dirs.root), Object.keys(manifests));

/**
 * The projects that run: all, or the one in BP_NODE_PROJECT_PATH and the root, in which Node.js
 * looks for packages, too.
 */
function startsOf({ app, dirs }: Project, installations: readonly NotedInstallation[]): readonly string[] {
  if (dirs.dir === dirs.root) return projectsOf(installations);
  return [app.path(dirs.root), app.path(dirs.dir)].flatMap((path) => realPath(path) ?? []);
}

/**
 * Reads pnpm's installations of a project from pnpm's own record. With
 * `shared-workspace-lockfile=false`, each workspace has an installation. Otherwise there is one
 * installation.
 *
 * @param root the directory of the project
 * @param dirs the directories of its workspaces, relative to `root`
 */
export async function readInstallations(root: string, dirs: readonly string[]): Promise<readonly NotedInstallation[]> {
  const found = await Promise.all(
    ["", ...dirs.filter((dir) => dir !== "")].map((dir) => installationIn(join(root, dir))),
  );
  const installations = found.filter((each) => each !== undefined);
  const isInstalled = installations.some((each) => each.root === realPath(root));
  return isInstalled ? installations : [await nothingInstalled(root, dirs), ...installations];
}

async function installationIn(dir: string): Promise<NotedInstallation | undefined> {
  const root = realPath(dir);
  if (root === undefined) return undefined;
  const text = readRecord(join(root, "node_modules"));
  if (text === "") return undefined;
  const lockfile = lockfileOf(await parseYaml(text, "node_modules/.pnpm/lock.yaml"));
  return { root, lockfile, notes: await readNotes(join(root, "node_modules")) };
}

/** An app without dependencies. */
async function nothingInstalled(root: string, dirs: readonly string[]): Promise<NotedInstallation> {
  const importers = new Map(["", ...dirs].map((dir) => [dir, nothing]));
  return {
    root: realPath(root) ?? root,
    lockfile: { version: "", importers, packages: new Map() },
    notes: await readNotes(join(root, "node_modules")),
  };
}
const nothing: Importer = { dependencies: new Map(), optionalDependencies: new Map(), devDependencies: new Map() };
