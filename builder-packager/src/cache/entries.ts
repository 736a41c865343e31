import type { Stats } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isLeftover } from "../oci/files/temporary-name.ts";
import { isAttempt } from "../sandbox/backends/attempt.ts";
import { leftoverPrefix } from "../sandbox/remove-tree.ts";
import { bytesOf, namesOf, statsOf } from "./size.ts";

/** An entry of the cache: an executable, an unpacked image or layer, a blob. */
export interface CacheEntry {
  readonly kind: CacheKind;
  readonly path: string;
  /** The path below the root of the cache. */
  readonly name: string;
  /** The time of creation or last use in milliseconds since 1970. A future time comes from a wrong clock. */
  readonly usedMs: number;
  /** A unique id; a later entry under the same name has another one. */
  readonly id: string;
  /** Bytes on disk; undefined for a directory, whose size requires a traversal. */
  readonly bytes: number | undefined;
}

export type CacheKind = (typeof entryKinds)[number]["kind"] | "leftovers";

/**
 * The temporary name of a directory being removed. It stays in its parent, which may be its own
 * file system.
 */
export const removedName = (path: string): string => join(dirname(path), "removed");

/** The locations of entries below the cache's root. Other files belong to others or to running processes. */
const entryKinds = [
  // The files of images are those of layers, which are counted where their last name is seen.
  { kind: "unpacked images", dir: "rootfs" },
  { kind: "unpacked layers", dir: "unpacked-layers" },
  { kind: "build caches", dir: "builds" },
  { kind: "image extensions", dir: "extended" },
  { kind: "executables", dir: "executables" },
  { kind: "compiler directories", dir: "compiler" },
  { kind: "Node.js", dir: "node" },
  { kind: "dependencies", dir: "dependencies/sha256" },
  { kind: "dependencies", dir: "dependencies/sha512" },
  { kind: "dependencies", dir: "downloads" },
  { kind: "archives of buildpacks", dir: "extracted" },
  { kind: "archives of buildpacks", dir: "unpacked" },
  { kind: "lifecycles", dir: "lifecycle" },
  { kind: "layers", dir: "blobs/blobs/sha256" },
  { kind: "layers", dir: "blobs/diff-ids" },
  { kind: "Debian packages", dir: "base/debs" },
  { kind: "Debian packages", dir: "base/images" },
  { kind: "Debian packages", dir: "base/indexes" },
] as const;

/** The directories of the cache with entries. */
export const entryDirs: readonly string[] = entryKinds.map(({ dir }) => dir);

/** An upper bound of the time to create an entry. */
const makingMs = 24 * 60 * 60 * 1000;

/**
 * Useless directories: those that a build or an earlier pruning could not remove, and unfinished
 * ones of killed processes.
 */
export function leftovers(root: string, nowMs: number = Date.now()): readonly CacheEntry[] {
  const unremoved = entriesIn(root, "leftovers", "work", (name) => name.startsWith(leftoverPrefix));
  // Earlier versions made these.
  const bins = entriesIn(root, "leftovers", "", (name) => /^\.pruned-[A-Za-z0-9]{6}$/.test(name));
  const begun = entryKinds.flatMap(({ dir }) =>
    entriesIn(root, "leftovers", dir, (name) => isBegun(name) && !isAttempt(name)),
  );
  const abandoned = begun.filter(
    ({ path, usedMs }) => isLeftover(path, removedName(path)) || Math.abs(nowMs - usedMs) > makingMs,
  );
  return [...unremoved, ...bins, ...abandoned];
}

/** All entries of the cache, unordered. */
export function cacheEntries(root: string): readonly CacheEntry[] {
  // The calls of the system take some microseconds each; to wait for thousands one by one would take ten times longer.
  return entryKinds.flatMap(({ kind, dir }) => entriesIn(root, kind, dir, (name) => !isBegun(name)));
}

/** True for names of unfinished entries. */
const isBegun = (name: string): boolean => name.startsWith(".") || name.endsWith(".lock");

function entriesIn(
  root: string,
  kind: CacheKind,
  dir: string,
  isWanted: (name: string) => boolean,
): readonly CacheEntry[] {
  const paths = childrenOf(join(root, dir)).filter((path) => isWanted(basename(path)));
  return paths.map((path) => entryAt(root, kind, path)).filter((entry) => entry !== undefined);
}

/** The entry at a path; undefined if another process has removed it. */
function entryAt(root: string, kind: CacheKind, path: string): CacheEntry | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  const children = stats.isDirectory() ? childrenOf(path).map(statsOf) : [];
  return {
    kind,
    path,
    name: relative(root, path),
    id: `${stats.ino}:${stats.birthtimeMs}`,
    usedMs: Math.max(...[stats, ...children].map((each) => (each ? lastUse(each) : 0))),
    bytes: stats.isDirectory() ? undefined : stats.nlink === 1 ? bytesOf(stats) : 0,
  };
}

/** The direct children of an entry's directory. */
export function childrenOf(path: string): readonly string[] {
  return namesOf(path).map((name) => join(path, name));
}

/**
 * The time of the last use, recorded as access time of files and modification time of directories.
 * A new hard link changes the change time. Reading a directory would change its access time.
 */
const lastUse = (stats: Stats): number =>
  Math.max(stats.mtimeMs, stats.ctimeMs, stats.isFile() ? stats.atimeMs : Number.NEGATIVE_INFINITY);
