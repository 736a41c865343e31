import { existsSync } from "node:fs";
import { inDir } from "@libcnb/app-kit/folders";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { PackageManager, Project, Work } from "../package-manager.ts";
import { packagesOf } from "./packages.ts";
import { pruneTo } from "./prune.ts";
import { readProject } from "./read.ts";
import { installedTree } from "./tree.ts";

/** The {@link PackageManager} for Bun. Bun only installs packages; the app runs on Node.js. */
export const bun: PackageManager = {
  name: "bun",
  title: "Bun",
  read: readProject,
  environment: (cacheDir) => ({
    BUN_INSTALL_CACHE_DIR: cacheDir,
    // what it makes of scripts, in the home directory
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    DO_NOT_TRACK: "1",
  }),
  install,
  scriptCommand: (name) => ["bun", "run", name],
  installed: async ({ project }) => modulesFolders(project),
  prune: async ({ project }) => pruneTo(project, installedTree(project)),
  packages: async ({ project }) => packagesOf(project, installedTree(project)),
};

async function install({ project, run, env }: Work): Promise<void> {
  const { lockfile, dirs, manifests } = project;
  // without a lockfile, none is written: the user has never seen it
  const mode = lockfile === undefined ? "--no-save" : "--frozen-lockfile";
  // the files of its cache must not change with those of the app
  const command = ["bun", "install", mode, "--backend=copyfile", "--no-progress"] as const;
  await runExplained(run, { command, options: { cwd: dirs.root, env: { ...withoutProduction(env) } } }, (end) =>
    installFailure("bun", end, { lockfile, app: manifests[""]?.name }),
  );
}

/** The build script needs development packages, whatever the value of NODE_ENV is. */
const withoutProduction = ({ NODE_ENV }: Work["env"]) => (NODE_ENV === "production" ? { NODE_ENV: "development" } : {});

/** Relative to the app. */
function modulesFolders({ app, dirs, manifests }: Project): readonly string[] {
  const folders = Object.keys(manifests).map((dir) => inDir(inDir(dirs.root, dir), "node_modules"));
  return folders.filter((folder) => existsSync(app.path(folder))).toSorted();
}
