import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Env, Logger } from "libcnb";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { Work } from "../package-manager.ts";
import { normalizeNotes, readNotes } from "./notes.ts";

/** Directories of pnpm's own in the directory for downloads. */
const folders = (cacheDir: string) => ({ store: join(cacheDir, "store"), metadata: join(cacheDir, "metadata") });

/**
 * Returns the settings for pnpm as environment variables, so that they also affect a pnpm that a
 * script starts. Each setting has one variable for pnpm 8 to 10, and one for pnpm 11 and newer.
 */
export function environment(cacheDir: string): Env {
  const { store, metadata } = folders(cacheDir);
  const settings = {
    store_dir: store,
    cache_dir: metadata,
    package_import_method: "copy",
    update_notifier: "false",
    // whose pnpm it is has been decided
    manage_package_manager_versions: "false",
    package_manager_strict: "false",
    pm_on_fail: "ignore",
    // since 11 pnpm would install again before it runs a script
    verify_deps_before_run: "false",
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => [
      [`npm_config_${name}`, value],
      [`pnpm_config_${name}`, value],
    ]),
  );
}

/** Runs `pnpm install`. The buildpack's settings override those of the app. */
export async function install({ project, run, log, env, cacheDir }: Work): Promise<void> {
  const { dirs, lockfile, manifests, app } = project;
  await runExplained(
    run,
    { command: ["pnpm", ...installArguments(lockfile, cacheDir)], options: { cwd: dirs.root, env: nodeGypOf(env) } },
    (end) => installFailure("pnpm", end, { lockfile, app: manifests[""]?.name }),
  );
  for (const dir of ["", ...Object.keys(manifests)]) normalizeNotes(app.path(dirs.root, dir, "node_modules"));
  const { ignoredBuilds } = await readNotes(app.path(dirs.root, "node_modules"));
  if (ignoredBuilds.length > 0) log.warn(ignoredText(ignoredBuilds));
  limitStore(folders(cacheDir).store, app.path(dirs.root, "node_modules"), log);
}

export const installArguments = (lockfile: string | undefined, cacheDir: string): readonly string[] => [
  "install",
  // without a lockfile, none is written: the user has never seen it
  ...(lockfile === undefined ? ["--no-frozen-lockfile", "--config.lockfile=false"] : ["--frozen-lockfile"]),
  "--prod=false", // build scripts need development packages, whatever the value of NODE_ENV is
  "--reporter=append-only",
  `--store-dir=${folders(cacheDir).store}`,
  `--cache-dir=${folders(cacheDir).metadata}`,
  // a link into the store would carry each change of a file, and of its mode, into the store, and to all copies of the file
  "--config.package-import-method=copy",
  "--config.virtual-store-dir=node_modules/.pnpm",
  "--config.modules-dir=node_modules",
  "--config.enable-global-virtual-store=false",
  "--config.side-effects-cache=false", // what install scripts make belongs to this Node.js and this image
  "--config.confirm-modules-purge=false",
];

/** pnpm 8 and 9 carry a node-gyp that does not know the newer variable. */
const nodeGypOf = ({ NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR: dir }: Env): Record<string, string> =>
  dir === undefined ? {} : { npm_config_nodedir: dir };

const ignoredText = (packages: readonly string[]): string =>
  `pnpm did not run the install scripts of ${packages.join(", ")}, because they are not allowed. If they are needed, run ` +
  '"pnpm approve-builds" and commit pnpm-workspace.yaml: it lists them in onlyBuiltDependencies or, since pnpm 11, in allowBuilds.';

/**
 * Empties pnpm's store when most of it is unused. `pnpm store prune` is not suitable, because it
 * considers files without hard links unused.
 */
function limitStore(store: string, installed: string, log: Logger): void {
  const kept = sizeOf(store);
  if (kept < spareBytes || kept < 3 * sizeOf(installed)) return;
  rmSync(store, { recursive: true, force: true });
  log.info("The pnpm store is not cached: most of its packages are versions that the app no longer needs");
}
const spareBytes = 100 * 1024 * 1024;
/** Bytes of all files. Links are not followed. */
function sizeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
