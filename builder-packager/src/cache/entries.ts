import type { Stats } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isLeftover } from "../oci/temporary-name.ts";
import { isAttempt } from "../sandbox/attempt.ts";
import { leftoverPrefix } from "../sandbox/remove-tree.ts";
import { bytesOf, namesOf, statsOf } from "./size.ts";

/** One thing that the cache keeps: an executable, an unpacked image or layer, a blob. */
export interface CacheEntry {
  readonly kind: CacheKind;
  readonly path: string;
  /** The path below the root of the cache. */
  readonly name: string;
  /** When it was made or used last, in milliseconds since 1970. A time of the future is that of a clock that was wrong. */
  readonly usedMs: number;
  /** Another entry under the same name has another one. */
  readonly id: string;
  /** Bytes on the disk; undefined for a directory, whose size takes a walk. */
  readonly bytes: number | undefined;
}

export type CacheKind = (typeof places)[number]["kind"] | "leftovers";

/** What is being removed has a temporary name of this one. It stays in its directory, which may be a file system of its own. */
export const removedName = (path: string): string => join(dirname(path), "removed");

/** Where entries lie below the cache's root. What is not in this table is not ours, or of a running process. */
const places = [
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

/** Directories of the cache that hold entries. */
export const entryDirs: readonly string[] = places.map(({ dir }) => dir);

/** Nothing takes longer to make. */
const makingMs = 24 * 60 * 60 * 1000;

/**
 * Directories that a build or an earlier pruning could not remove, and what processes that were killed have begun to make. They are of
 * no use to anybody.
 */
export function leftovers(root: string, nowMs: number = Date.now()): readonly CacheEntry[] {
  const unremoved = entriesIn(root, "leftovers", "work", (name) => name.startsWith(leftoverPrefix));
  // Earlier versions made these.
  const bins = entriesIn(root, "leftovers", "", (name) => /^\.pruned-[A-Za-z0-9]{6}$/.test(name));
  const begun = places.flatMap(({ dir }) =>
    entriesIn(root, "leftovers", dir, (name) => isBegun(name) && !isAttempt(name)),
  );
  const abandoned = begun.filter(
    ({ path, usedMs }) => isLeftover(path, removedName(path)) || Math.abs(nowMs - usedMs) > makingMs,
  );
  return [...unremoved, ...bins, ...abandoned];
}

/** Everything in the cache, in no order. */
export function cacheEntries(root: string): readonly CacheEntry[] {
  // The calls of the system take some microseconds each; to wait for thousands one by one would take ten times longer.
  return places.flatMap(({ kind, dir }) => entriesIn(root, kind, dir, (name) => !isBegun(name)));
}

/** Names of processes that are just making something. */
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

/** Undefined when another process has removed it meanwhile. */
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

/** What is directly in the directory of an entry. */
export function childrenOf(path: string): readonly string[] {
  return namesOf(path).map((name) => join(path, name));
}

/**
 * Uses are noted in the access time of files and the modification time of directories. Sharing a file by a hard link shows in its change
 * time. The access time of a directory would tell of this very look.
 */
const lastUse = (stats: Stats): number =>
  Math.max(stats.mtimeMs, stats.ctimeMs, stats.isFile() ? stats.atimeMs : Number.NEGATIVE_INFINITY);
