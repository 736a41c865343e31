import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { PackageManager, Project, Work } from "../package-manager.ts";
import { lacksOfYarn } from "../vendored/lacking.ts";
import { parseLockfile, textAt } from "../yarn/lockfile-text.ts";
import { removeDeadLinks, removeWithEmptyParents } from "../yarn/remove.ts";
import { diskGraph } from "./disk-graph.ts";
import { lockedPackages, optionalNames } from "./locked.ts";
import { packagesOf } from "./packages-classic.ts";
import { readClassic } from "./read-classic.ts";

/** The {@link PackageManager} for Yarn 1. */
export const classic: PackageManager = {
  name: "yarn",
  title: "Yarn 1",
  read: readClassic,
  environment: (cacheDir) => ({ YARN_CACHE_FOLDER: cacheDir, YARN_DISABLE_SELF_UPDATE_CHECK: "true" }),
  install,
  scriptCommand: (name) => ["yarn", "run", name],
  installed: async ({ project }) =>
    moduleFolders(project)
      .filter((path) => existsSync(project.app.path(path)))
      .toSorted(),
  packages: async ({ project }) => packagesOf(project),
  lacks: async (tree, { app, root, name }) => {
    const lockfile = await app.readText(inDir(root, name));
    return lacksOfYarn(tree, [...lockedPackages(lockfile).keys()], optionalNames(lockfile));
  },
  async prune({ project }) {
    pruneClassic(project);
    const mirror = offlineMirror(project);
    // its archives are in node_modules, unpacked
    if (mirror !== undefined) rmSync(project.app.path(mirror), { recursive: true, force: true });
  },
};

async function install({ project, run, log, env, cacheDir }: Work): Promise<void> {
  const { lockfile, dirs, manifests } = project;
  const engines = env.BP_NODE_VERSION ? ["--ignore-engines"] : [];
  if (engines.length > 0) log.info("engines.node is not checked: BP_NODE_VERSION takes precedence");
  // without a lockfile, none is written: the user has never seen it
  const locked = lockfile === undefined ? "--no-lockfile" : "--frozen-lockfile";
  const args = [
    "install",
    locked,
    "--non-interactive",
    "--production=false",
    "--cache-folder",
    cacheDir,
    ...engines,
  ] as const;
  await runExplained(run, { command: ["yarn", ...args], options: { cwd: dirs.root } }, (end) =>
    installFailure("yarn", end, { lockfile, app: manifests[""]?.name }),
  );
  // a record for Yarn's next run, with the addresses of the registry that served this one
  for (const dir of moduleFolders(project)) rmSync(project.app.path(dir, ".yarn-integrity"), { force: true });
}

const moduleFolders = ({ dirs, manifests }: Project): readonly string[] =>
  Object.keys(manifests).map((dir) => inDir(dirs.root, inDir(dir, "node_modules")));

/** The app's own directory of archives, if it has one and it lies in the app. */
function offlineMirror({ app, dirs: { root } }: Project): string | undefined {
  const file = app.path(inDir(root, ".yarnrc"));
  const setting = existsSync(file)
    ? textAt(parseLockfile(readFileSync(file, "utf8")), "yarn-offline-mirror")
    : undefined;
  const path = setting?.replace(/^(\.\/)+/, "").replace(/(?<!\/)\/+$/, "");
  const isInApp = path !== undefined && path !== "" && path !== "." && !/^[/~]|(^|\/)\.\.(\/|$)/.test(path);
  return isInApp ? inDir(root, path) : undefined;
}

/**
 * Removes development packages from `node_modules`: those that `yarn install --production` omits.
 * Other packages stay in place, while Yarn moves some to the place of a removed one.
 */
function pruneClassic(project: Project): void {
  const { app, dirs, manifests } = project;
  const root = app.path(dirs.root);
  const development = [...diskGraph(project).scopes].filter(([, scope]) => scope === "development");
  // a workspace's directory is the app's own
  const folders = development.map(([folder]) => folder).filter((folder) => folder.includes("node_modules/"));
  for (const folder of folders) removeWithEmptyParents(join(root, folder));
  for (const dir of Object.keys(manifests)) removeDeadLinks(app.path(inDir(inDir(dirs.root, dir), "node_modules")));
}
