import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { inDir } from "@libcnb/app-kit/folders";
import type { Env } from "libcnb";
import { installFailure } from "../failures/failure.ts";
import { isShownOfNpm } from "../failures/shown-output.ts";
import type { PackageManager, Project, Work } from "../package-manager.ts";
import { lacksOfNpm } from "../vendored/lacking.ts";
import { installedPackages, modulesDirs } from "./installed-packages.ts";
import { lockfileEntries } from "./lockfile-entries.ts";
import { neededBy } from "./needed.ts";
import { packagesOf } from "./packages.ts";
import { readProject } from "./project.ts";
import { pruneDevelopment, readHiddenLockfile } from "./prune.ts";
import { withLicenses } from "./with-licenses.ts";

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
  // without a lockfile none is written either: it would be the only one that nobody has seen
  const command = lockfile === undefined ? ["install", "--no-package-lock"] : ["ci"];
  const options = { cwd: dirs.root, shows: isShownOfNpm() };
  await runExplained(run, { command: ["npm", ...command, ...installFlags], options }, (end) =>
    installFailure("npm", end, { lockfile, app: manifests[""]?.name }),
  );
}

// Development packages are needed by the build script whatever NODE_ENV says.
const installFlags: readonly string[] = ["--include=dev", "--prefer-offline", "--no-audit", "--no-fund"];
