import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { Project, Work } from "../package-manager.ts";
import {
  type CacheDirectories,
  type CommittedArchives,
  cacheDirectoriesOf,
  cacheVariables,
  committedArchives,
  linksFolder,
} from "./cache.ts";
import { canonicalState } from "./install-state.ts";

/** Installs all dependencies with Yarn 2 or newer. */
export async function installBerry(work: Work): Promise<void> {
  const { project, log } = work;
  const locations = await cacheDirectoriesOf(project);
  const committed = committedArchives(project, locations);
  if (committed === "some") log.info(`${locations.archives} lacks archives that yarn.lock names: Yarn downloads them`);
  if (project.lockfile === undefined) writeFileSync(project.app.path(inDir(project.dirs.root, "yarn.lock")), "");
  removeLeftovers(project, locations, committed);
  await runYarn(work, ["install", ...flags(project, committed)], {
    ...cacheVariables(project, locations, work.cacheDir),
    ...defined({
      YARN_ENABLE_IMMUTABLE_INSTALLS: project.lockfile === undefined ? "0" : undefined,
      YARN_ENABLE_NETWORK: committed.startsWith("all") ? "0" : undefined,
    }),
  });
  rmSync(project.app.path(inDir(project.dirs.root, linksFolder)), { recursive: true, force: true });
  makeCanonical(project.app.path(locations.state));
}

const flags = ({ lockfile }: Project, committed: CommittedArchives): readonly string[] => [
  ...(lockfile === undefined ? [] : ["--immutable"]),
  ...(committed === "all" ? ["--immutable-cache"] : []),
  "--inline-builds",
];

/**
 * Removes the state of another installation, for example of an app from a developer's directory.
 * Yarn would otherwise assume that it has built the packages already, and would refuse to change a
 * `.pnp.cjs` that refers to the developer's archives.
 */
function removeLeftovers(
  { app, dirs: { root } }: Project,
  { state, unplugged }: CacheDirectories,
  committed: CommittedArchives,
): void {
  const ofPnp = committed.startsWith("all") ? [] : [unplugged, ...pnpFiles.map((name) => inDir(root, name))];
  for (const path of [state, inDir(root, ".yarn/build-state.yml"), ...ofPnp])
    rmSync(app.path(path), { recursive: true, force: true });
}

/**
 * The names of the files that Yarn's PnP linker writes, in any version. Yarn 2 writes `.pnp.js`.
 */
export const pnpFiles: readonly string[] = [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs", ".pnp.data.json"];

function makeCanonical(state: string): void {
  if (existsSync(state)) writeFileSync(state, canonicalState(readFileSync(state)));
}

/** Runs Yarn in the root directory of the project. */
export async function runYarn(
  { project, run }: Work,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { dirs, lockfile, manifests } = project;
  await runExplained(run, { command: ["yarn", ...args], options: { cwd: dirs.root, env } }, (end) =>
    installFailure("yarn", end, { lockfile, app: manifests[""]?.name }),
  );
}
