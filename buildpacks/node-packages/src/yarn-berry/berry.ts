import { existsSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { PackageManager, Project, Work } from "../package-manager.ts";
import { type CacheDirectories, cacheDirectoriesOf } from "./cache.ts";
import { graphOf } from "./graph.ts";
import { installBerry, pnpFiles } from "./install-berry.ts";
import { readInstallState } from "./install-state.ts";
import { packagesOf } from "./packages.ts";
import { pruneModules, prunePnp } from "./prune.ts";
import { readBerry } from "./read-berry.ts";

/** The {@link PackageManager} for Yarn 2 and newer. */
export const berry: PackageManager = {
  name: "yarn",
  title: "Yarn",
  read: readBerry,
  environment: () => ({ YARN_ENABLE_TELEMETRY: "0" }),
  install: installBerry,
  scriptCommand: (name) => ["yarn", "run", name],
  async installed({ project }) {
    const locations = await cacheDirectoriesOf(project);
    return installedPaths(project, locations).filter((path) => existsSync(project.app.path(path)));
  },
  async packages({ project }) {
    const locations = await cacheDirectoriesOf(project);
    return packagesOf(project, locations, readInstallState(project.app.path(locations.state)));
  },
  prune,
  launchEnv: async ({ project }) => launchEnvironment(project),
};

function installedPaths(
  { dirs: { root }, manifests, lockfile }: Project,
  locations: CacheDirectories,
): readonly string[] {
  const archives = locations.linker === "pnp" ? [locations.archives, locations.unplugged] : [];
  const modules = Object.keys(manifests).map((dir) => inDir(root, inDir(dir, "node_modules")));
  const files = [...pnpFiles, ...(lockfile === undefined ? ["yarn.lock"] : [])].map((name) => inDir(root, name));
  return [...new Set([...archives, ...modules, ...files, locations.state])].toSorted();
}

async function prune(work: Work): Promise<void> {
  const { project } = work;
  const { app, dirs } = project;
  const locations = await cacheDirectoriesOf(project);
  const graph = graphOf(readInstallState(app.path(locations.state)), project);
  if (locations.linker === "pnp") await prunePnp(work, locations, graph);
  else {
    pruneModules(project, graph);
    rmSync(app.path(locations.archives), { recursive: true, force: true }); // the packages themselves are in node_modules
  }
  rmSync(app.path(inDir(dirs.root, ".yarn/build-state.yml")), { force: true });
}

interface LaunchedProject extends Pick<Project, "dirs"> {
  readonly app: Pick<App, "path">;
}

/**
 * Returns the environment variables with which `node server.js` works with Plug'n'Play (PnP), which
 * has no node_modules. The variables contain the options that `yarn node` sets, in the same form,
 * so that Yarn recognizes them.
 *
 * @see https://yarnpkg.com/features/pnp#initializing-pnp
 */
export function launchEnvironment({ app, dirs: { root } }: LaunchedProject): Readonly<Record<string, string>> {
  const at = (name: string) => app.path(inDir(root, name));
  const resolver = [at(".pnp.cjs"), at(".pnp.js")].find((path) => existsSync(path));
  if (resolver === undefined) return {};
  const loader = at(".pnp.loader.mjs");
  // since Yarn 3, where one of the workspaces has modules of its own
  const modules = existsSync(loader) ? [`--experimental-loader ${pathToFileURL(loader).href}`] : [];
  return { NODE_OPTIONS: [`--require ${quoted(resolver)}`, ...modules].join(" ") };
}

const quoted = (path: string): string => (/\s/.test(path) ? JSON.stringify(path) : path);
