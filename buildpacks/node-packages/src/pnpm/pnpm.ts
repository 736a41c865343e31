import { join } from "node:path";
import type { PackageManager, Project } from "../package-manager.ts";
import { environment, install } from "./install.ts";
import { readInstallations } from "./installations.ts";
import { realPath } from "./links.ts";
import { storeNote } from "./notes.ts";
import { packagesOf } from "./packages.ts";
import { readProject } from "./project.ts";
import { type NotedInstallation, projectsOf, prune } from "./prune.ts";
import { hideUsers, usersIn } from "./public-folders.ts";

/** pnpm 8 and newer: JavaScript versions, and native executables since pnpm 12. */
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

/** What says where packages come from. */
async function addressesOf({ app, dirs, lockfile, manifests }: Project): Promise<string> {
  const locked = lockfile === undefined ? "" : await app.readText(join(dirs.root, lockfile));
  return [locked, ...Object.values(manifests).map(({ table }) => JSON.stringify(table))].join("\n");
}

/** Relative to the app, sorted. */
const modulesFolders = ({ dirs, manifests }: Project): readonly string[] =>
  [...new Set(["", ...Object.keys(manifests)])].map((dir) => join(dirs.root, dir, "node_modules")).toSorted();

const installationsOf = ({ app, dirs, manifests }: Project) =>
  readInstallations(app.path(dirs.root), Object.keys(manifests));

/** What runs: all projects, or the one that BP_NODE_PROJECT_PATH names and the root, where Node.js looks for packages too. */
function startsOf({ app, dirs }: Project, installations: readonly NotedInstallation[]): readonly string[] {
  if (dirs.dir === dirs.root) return projectsOf(installations);
  return [app.path(dirs.root), app.path(dirs.dir)].flatMap((path) => realPath(path) ?? []);
}
