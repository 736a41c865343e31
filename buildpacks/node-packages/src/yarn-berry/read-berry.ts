import { inDir } from "@libcnb/app-kit/folders";
import type { App, Env, s } from "libcnb";
import { hasInstallHooks } from "../keep/install-key.ts";
import type { Project, ProjectSource } from "../package-manager.ts";
import { readLockfile } from "../yarn/lockfile.ts";
import { readManifests } from "../yarn/workspaces.ts";
import { readSettings, type SettingsFile, withoutCredentials } from "./settings.ts";

/**
 * Reads an app's files that Yarn 2 and newer use. An invalid file causes an error that names the
 * file.
 */
export async function readBerry(source: ProjectSource): Promise<Project> {
  const { app, dirs, env } = source;
  const lockfile =
    source.lockfile === undefined ? "" : await readLockfile(app, inDir(dirs.root, source.lockfile), source.toolVersion);
  const manifests = await readManifests(app, dirs.root);
  const settings = await readSettings(app, dirs.root, env);
  return {
    ...source,
    manifests,
    inputs: {
      lockfile,
      settings: JSON.stringify([settings.map(({ path, table }) => [path, decisive(table)]), decisiveVariables(env)]),
      patches: await textsOf(app, [inDir(dirs.root, ".yarn/patches"), ...patchesIn(lockfile, dirs.root)]),
      plugins: await textsOf(app, [inDir(dirs.root, ".yarn/plugins")]),
    },
    mustInstall: hasInstallHooks(manifests) ? "install-scripts" : reinstallReason(lockfile),
    withoutCredentials: await publicTexts([...settings, ...(await readSettings(app, dirs.dir, env))]),
  };
}

// the lockfile has a digest of such a directory, which Yarn compares when it installs
const reinstallReason = (lockfile: string): string | undefined =>
  /^ {2}resolution: "[^"]+@(file|portal|exec):/m.test(lockfile) ? "packages in directories of the app" : undefined;

async function publicTexts(files: readonly SettingsFile[]): Promise<Readonly<Record<string, string>>> {
  const texts = files.map(async ({ path, table }) => [path, await withoutCredentials(table)] as const);
  return Object.fromEntries(
    (await Promise.all(texts)).filter((each): each is [string, string] => each[1] !== undefined),
  );
}

/** Patch files that lie elsewhere than Yarn puts them: `#~/fixes/a.patch`, `#./fixes/a.patch`. */
const patchesIn = (lockfile: string, root: string): readonly string[] =>
  [...lockfile.matchAll(/#(?:optional!)?(?:~\/|\.\/)([^:"&#]+)/g)]
    .map(([, path = ""]) => inDir(root, decoded(path)))
    .filter((path) => !path.includes("/.yarn/patches/") && !path.startsWith(".yarn/patches/"));

/** A path that is escaped as no Yarn does it is that of no file. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path.replace(/%(?![0-9A-F]{2})/gi, "%25"));
  } catch {
    return path;
  }
}

/** All files at some paths, with their texts. */
async function textsOf(app: App, paths: readonly string[]): Promise<string> {
  const texts = [...new Set(paths)].toSorted().map((path) => textsAt(app, path));
  return JSON.stringify((await Promise.all(texts)).flat());
}

async function textsAt(app: App, path: string): Promise<readonly (readonly [string, string])[]> {
  if (!(await app.exists(path))) return [];
  const names = await app.list(path).catch(() => []);
  if (names.length === 0) return fileAt(app, path);
  const texts = names.map((name) =>
    // links to directories are not followed: they may lead round in circles
    name.endsWith("/") ? textsAt(app, `${path}/${name.slice(0, -1)}`) : fileAt(app, `${path}/${name}`),
  );
  return (await Promise.all(texts)).flat();
}

const fileAt = async (app: App, path: string): Promise<readonly (readonly [string, string])[]> =>
  (await isFile(app, path)) ? [[path, await app.readText(path)]] : [];

const isFile = (app: App, path: string): Promise<boolean> =>
  app.readText(path).then(
    () => true,
    () => false,
  );

/**
 * Selects the settings that affect an installation. Settings for registries, logins and the network
 * are left out.
 */
export const decisive = (table: s.Table): s.Table =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !isAboutAccess(name)));
/** Selects the environment variables of Yarn that affect an installation. */
export const decisiveVariables = (env: Env): readonly (readonly [string, string | undefined])[] =>
  Object.entries(env)
    .filter(([name]) => name.startsWith("YARN_") && !isAboutAccess(name.slice("YARN_".length)))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
/** Names as in `.yarnrc.yml`, or as variables have them. */
const isAboutAccess = (name: string): boolean => access.test(name.replaceAll("_", "").toLowerCase());
const access = new RegExp(
  `^(${[
    "npm(always)?auth.*|npm(audit|publish)?registr.*|npmscopes",
    "https?.*|network.*|cafilepath|unsafehttpwhitelist",
    "enable(network|telemetry|strictssl|globalcache|mirror|offlinemode)",
    "enable(progressbars|timers|colors|hyperlinks|messagenames|tips|inlinebuilds|inlinehunks)",
    "cachefolder|globalfolder|telemetry.*|logfilters|progressbarstyle|rcfilename|yarnpath|ignorepath",
  ].join("|")})$`,
);
