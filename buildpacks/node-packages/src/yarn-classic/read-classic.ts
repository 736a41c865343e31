import { inDir } from "@libcnb/app-kit/folders";
import type { PackageJson } from "@libcnb/node-app";
import { type App, type Env, UserError } from "libcnb";
import { hasInstallHooks } from "../keep/install-key.ts";
import type { Project, ProjectSource } from "../package-manager.ts";
import { readLockfile } from "../yarn/lockfile.ts";
import { parseLockfile } from "../yarn/lockfile-text.ts";
import { readManifests } from "../yarn/workspaces.ts";
import { lockedPatterns } from "./locked.ts";

/**
 * Reads an app's files that Yarn 1 uses. An invalid file is an error, even if Yarn 1 would accept
 * it.
 */
export async function readClassic(source: ProjectSource): Promise<Project> {
  const { app, dirs, env } = source;
  const lockfile = source.lockfile && (await readLockfile(app, inDir(dirs.root, source.lockfile), source.toolVersion));
  const manifests = await readManifests(app, dirs.root);
  if (lockfile !== undefined) checkWorkspaces(manifests, lockfile);
  return {
    ...source,
    manifests,
    inputs: {
      lockfile: (lockfile ?? "").replace(/^( {2}resolved "https?:\/\/)[^/"]+/gm, "$1"),
      settings: JSON.stringify([await settingsOf(app, dirs.root), variablesIn(env)]),
    },
    mustInstall: hasInstallHooks(manifests) ? "install-scripts" : reinstallReason(manifests),
    withoutCredentials: {},
  };
}

/** Yarn 1 itself compares only the project's own dependencies with the lockfile, and gets newest versions for workspaces. */
function checkWorkspaces(manifests: Project["manifests"], lockfile: string): void {
  const { "": project, ...workspaces } = manifests;
  const own = new Set(Object.values(manifests).map(({ name }) => name));
  const resolutions = Object.keys(project?.table.resolutions ?? {}).map((key) => key.split("/").at(-1));
  const locked = lockedPatterns(lockfile);
  const missing = Object.entries(workspaces).flatMap(([dir, manifest]) =>
    allDependencies(manifest)
      .filter(([name, range]) => isRange(range) && !own.has(name) && !resolutions.includes(name.split("/").at(-1)))
      .filter(([name, range]) => !locked.has(`${name}@${range}`))
      .map(([name, range]) => `${name}@${range} of ${dir}/package.json`),
  );
  if (missing.length === 0) return;
  throw new UserError("PACKAGES_LOCKFILE_OUT_OF_SYNC", "yarn.lock does not match the workspaces", {
    cause: `yarn.lock does not contain ${missing.join(", ")}`,
    hint: 'Run "yarn install" and commit the changed yarn.lock.',
  });
}

const allDependencies = ({ dependencies, devDependencies, optionalDependencies }: PackageJson) =>
  Object.entries({ ...devDependencies, ...dependencies, ...optionalDependencies });

const isRange = (range: string): boolean => /^[\^~<>=*\dvx]/.test(range) && !/[:/]/.test(range);

/** The lockfile does not describe the contents of such a directory. */
function reinstallReason(manifests: Project["manifests"]): string | undefined {
  const ranges = Object.values(manifests).flatMap((each) => allDependencies(each).map(([, range]) => range));
  return ranges.some((range) => /^(file:|\.{0,2}\/|~\/)/.test(range))
    ? "packages in directories of the app"
    : undefined;
}

/** Settings of `.yarnrc` and `.npmrc` that decide what is installed. */
async function settingsOf(app: App, root: string): Promise<readonly string[]> {
  const yarnrc = await textOf(app, inDir(root, ".yarnrc"));
  const npmrc = await textOf(app, inDir(root, ".npmrc"));
  const settings = Object.entries(parseLockfile(yarnrc)).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [...settings, ...npmrc.split("\n")].map((line) => line.trim()).filter((line) => decisive.test(line));
}

/**
 * Excludes settings of registries, proxies, caches and output, which do not affect the installed
 * packages.
 */
const decisive =
  /^"?(?:--)?(?:install\.)?(?:ignore-|flat|production|no-|optional|link-|modules-folder|workspaces|nohoist|unsafe-disable|child-concurrency|force|har|pure|target|build-from|node-|script-shell)/;

const variablesIn = (env: Env): readonly (readonly [string, string | undefined])[] =>
  Object.entries(env)
    .map(
      ([name, value]) =>
        [
          name
            .replace(/^(yarn|npm_config)_/i, "")
            .toLowerCase()
            .replaceAll("_", "-"),
          value,
          name,
        ] as const,
    )
    .filter(
      ([setting, , name]) =>
        /^(yarn|npm_config)_/i.test(name) && decisive.test(setting) && !/^node-?gyp|^nodedir/.test(setting),
    )
    .map(([setting, value]) => [setting, value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const textOf = async (app: App, path: string): Promise<string> => ((await app.exists(path)) ? app.readText(path) : "");
