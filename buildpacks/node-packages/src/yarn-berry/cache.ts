import { existsSync, readdirSync } from "node:fs";
import { arch, platform } from "node:process";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { Env } from "libcnb";
import type { Project } from "../package-manager.ts";
import { type Block, parseLockfile, textAt } from "../yarn/lockfile-text.ts";
import { pathSetting, readSettings, setting } from "./settings.ts";

/** The directories in which Yarn stores the archives of packages. */
export interface CacheDirectories {
  readonly linker: "pnp" | "pnpm" | "node-modules";
  /**
   * The directory of the archives that belong to the app, relative to the app: archives for PnP, or
   * committed archives.
   */
  readonly archives: string;
  /** The path of Yarn's record of the installation, relative to the app. */
  readonly state: string;
  readonly unplugged: string;
}

export async function cacheDirectoriesOf({
  app,
  dirs: { root },
  env,
}: Pick<Project, "app" | "dirs" | "env">): Promise<CacheDirectories> {
  const files = await readSettings(app, root, env);
  const at = (name: string, otherwise: string) => pathSetting(files, env, { name, root, otherwise });
  const linker = setting(files, env, "nodeLinker")?.value;
  return {
    linker: linker === "node-modules" || linker === "pnpm" ? linker : "pnp",
    archives: at("cacheFolder", ".yarn/cache"),
    state: at("installStatePath", ".yarn/install-state.gz"),
    unplugged: at("pnpUnpluggedFolder", ".yarn/unplugged"),
  };
}

/**
 * The share of the lockfile's package archives that the app's repository contains. For
 * zero-installs, it contains all of them.
 */
export type CommittedArchives = "none" | "some" | "all" | "all, and others";

export function committedArchives(
  { app, inputs: { lockfile = "" } }: Project,
  { archives }: CacheDirectories,
): CommittedArchives {
  const dir = app.path(archives);
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith(".zip")) : [];
  if (names.length === 0) return "none";
  const present = new Set(names.map((name) => name.slice(name.lastIndexOf("-") + 1, -".zip".length)));
  const wanted = wantedArchives(parseLockfile(lockfile));
  if (wanted.some(({ ending, isForHere }) => isForHere && !present.has(ending))) return "some";
  return wanted.filter(({ ending }) => present.has(ending)).length === names.length ? "all" : "all, and others";
}

/** An archive's name ends with the first ten digits of its checksum. What was never downloaded has none. */
const wantedArchives = (lockfile: Block) =>
  Object.values(lockfile).flatMap((entry) => {
    const checksum = typeof entry === "string" ? undefined : textAt(entry, "checksum");
    if (typeof entry === "string" || checksum === undefined) return [];
    const ending = checksum.slice(checksum.indexOf("/") + 1).slice(0, 10);
    return [{ ending, isForHere: isFulfilled(textAt(entry, "conditions") ?? "", { os: platform, cpu: arch }) }];
  });

/**
 * Returns the environment variables that set Yarn's cache directory. They take precedence over
 * `.yarnrc.yml`. Without them, the directory is in the user's home directory.
 */
export function cacheVariables(
  project: Project,
  locations: CacheDirectories,
  cacheDir: string,
): Readonly<Record<string, string>> {
  const { app, dirs, env } = project;
  const own = { YARN_ENABLE_GLOBAL_CACHE: "0", ...proxies(env) };
  // archives are what PnP runs from: in the app, and again where they serve the next build
  if (locations.linker === "pnp")
    return {
      ...own,
      YARN_CACHE_FOLDER: app.path(locations.archives),
      YARN_GLOBAL_FOLDER: cacheDir,
      YARN_ENABLE_MIRROR: "1",
    };
  const isZeroInstall = committedArchives(project, locations).startsWith("all");
  return {
    ...own,
    YARN_CACHE_FOLDER: isZeroInstall ? app.path(locations.archives) : cacheDir,
    YARN_ENABLE_MIRROR: isZeroInstall ? "1" : "0", // without it names of archives lack the checksum
    // files of packages are hard links into it, which cannot lead from one file system to another
    YARN_GLOBAL_FOLDER: app.path(inDir(dirs.root, linksFolder)),
  };
}

/**
 * The path of Yarn's global directory while it hard-links package files, relative to the project.
 */
export const linksFolder = ".yarn/links-of-build";

/** Yarn has settings for proxies, and ignores the variables that all other tools know. */
function proxies(env: Env): Readonly<Record<string, string>> {
  const http = env.YARN_HTTP_PROXY ?? env.http_proxy ?? env.HTTP_PROXY;
  const https = env.YARN_HTTPS_PROXY ?? env.https_proxy ?? env.HTTPS_PROXY;
  return defined({ YARN_HTTP_PROXY: http || undefined, YARN_HTTPS_PROXY: https || undefined });
}

/**
 * True if a package supports a system, by the package's `conditions` in the lockfile:
 * `os=linux & cpu=x64`, `(os=linux | os=darwin) & libc=glibc`. A condition on an unknown property
 * of the system is treated as fulfilled.
 */
export function isFulfilled(conditions: string, system: Readonly<Record<string, string>>): boolean {
  const all = conditions.split("&").filter((each) => each.trim() !== "");
  return all.every((each) => each.split("|").some((part) => holds(part.replace(/[()\s]/g, ""), system)));
}

function holds(condition: string, system: Readonly<Record<string, string>>): boolean {
  const [, not, name = "", value] = /^(!?)(\w+)=(.*)$/.exec(condition) ?? [];
  const actual = system[name];
  return actual === undefined || (actual === value) !== (not === "!");
}
