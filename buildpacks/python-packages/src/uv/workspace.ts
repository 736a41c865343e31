import { posix } from "node:path";
import type { UvLock, UvPackage } from "./lockfile.ts";

/** A package in a lockfile whose source is a directory of the app. */
export interface LocalProject {
  /** The directory relative to the app. */
  readonly dir: string;
  /**
   * True if the project is installed as a package; otherwise, only its dependencies are installed.
   */
  readonly isInstalled: boolean;
}

/**
 * Returns the root directory of a project's workspace, relative to the app. The lockfile is in the
 * root directory.
 */
export const rootOf = (dir: string, lockfile = "uv.lock"): string => inApp(posix.join(dir, posix.dirname(lockfile)));

/**
 * Returns the projects that uv installs for a directory: the project in the directory. For a
 * workspace root that is not itself a project, returns all members.
 */
export function rootsOf({ members, packages }: UvLock, root: string, dir: string): readonly UvPackage[] {
  const locals = packages.filter(({ source }) => isFolder(source.kind));
  const own = locals.filter(({ source }) => inApp(posix.join(root, source.address)) === dir);
  return own.length > 0 || dir !== root ? own : locals.filter(({ name }) => members.includes(name));
}

/** Returns the packages in a lockfile whose source is a directory of the app. */
export const localProjects = (packages: Iterable<UvPackage>, root: string): readonly LocalProject[] =>
  [...packages].flatMap(({ source }) => {
    const dir = inApp(posix.join(root, source.address));
    return isFolder(source.kind) && isInside(dir) ? [{ dir, isInstalled: source.kind !== "virtual" }] : [];
  });

/**
 * Returns the directories and archives of the app that are copied into the environment, relative to
 * the app.
 */
export const copiedPaths = ({ packages }: UvLock, root: string): readonly string[] =>
  packages
    .filter(({ source: { kind } }) => kind === "directory" || kind === "path")
    .map(({ source }) => inApp(posix.join(root, source.address)))
    .filter(isInside);

const isFolder = (kind: string): boolean => ["virtual", "editable", "directory"].includes(kind);

const isInside = (path: string): boolean => !/^(?:\.\.(?:\/|$)|\/)/.test(path);

/** `.` and `packages/web/` as "" and `packages/web`. */
const inApp = (path: string): string => path.replace(/^\.$|\/$/g, "");
