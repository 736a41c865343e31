import type { Stats } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isLeftover } from "../oci/files/temporary-name.ts";
import { isAttempt } from "../sandbox/backends/attempt.ts";
import { leftoverPrefix } from "../sandbox/remove-tree.ts";
import { bytesOf, namesOf, statsOf } from "./size.ts";

/** An entry of the cache: for example an executable, an unpacked image or layer, or a blob. */
export interface CacheEntry {
  readonly kind: CacheKind;
  readonly path: string;
  /** The path of the entry, relative to the root of the cache. */
  readonly name: string;
  /**
   * The time of creation or last use in milliseconds since 1970. A time in the future comes from a
   * wrong clock.
   */
  readonly usedMs: number;
  /** A unique id. A later entry under the same name has a different id. */
  readonly id: string;
  /** The size on disk in bytes; undefined for a directory, whose size must be measured. */
  readonly bytes: number | undefined;
}

export type CacheKind = (typeof entryKinds)[number]["kind"] | "leftovers";

/**
 * Returns the start of the temporary name that an entry gets before it is removed. The renamed
 * entry stays in its parent directory, because that may be a separate file system.
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
  { kind: "small engines", dir: "engines" },
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

/** The directories of the cache that contain entries. */
export const entryDirs: readonly string[] = entryKinds.map(({ dir }) => dir);

/** An upper bound of the time that creating an entry takes. */
const makingMs = 24 * 60 * 60 * 1000;

/**
 * Finds leftover directories: those that a build or an earlier pruning could not remove, and
 * unfinished ones of killed processes.
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

/** Lists all entries of the cache, unordered. */
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
    bytes: stats.isDirectory() ? undefined : ownBytes(stats),
  };
}

/** A file with other hard links frees nothing when it is removed. */
const ownBytes = (stats: Stats): number => (stats.nlink === 1 ? bytesOf(stats) : 0);

/** Lists the paths directly below an entry's directory. */
export function childrenOf(path: string): readonly string[] {
  return namesOf(path).map((name) => join(path, name));
}

/**
 * The time of the last use. It is recorded as the access time of a file, or as the modification
 * time of a directory, because reading a directory changes its access time. A new hard link updates
 * the change time.
 */
const lastUse = (stats: Stats): number =>
  Math.max(stats.mtimeMs, stats.ctimeMs, stats.isFile() ? stats.atimeMs : Number.NEGATIVE_INFINITY);
