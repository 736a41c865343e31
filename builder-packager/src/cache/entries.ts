import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { leftoverPrefix } from "../sandbox/remove-tree.ts";

/** One thing that the cache keeps: an executable, an unpacked image or layer, a blob. */
export interface CacheEntry {
  readonly kind: CacheKind;
  readonly path: string;
  /** When it was made or used last, in milliseconds since 1970. */
  readonly usedMs: number;
}

export type CacheKind = (typeof places)[number]["kind"] | "leftovers";

/** Begins the name of a directory that holds what is being removed. */
export const prunedPrefix = ".pruned-";

/** Where entries lie below the cache's root. What is not in this table is not ours, or of a running process. */
const places = [
  // The files of images are those of layers, which are counted where their last name is seen.
  { kind: "unpacked images", dir: "rootfs" },
  { kind: "unpacked layers", dir: "unpacked-layers" },
  { kind: "build caches", dir: "builds" },
  { kind: "image extensions", dir: "extended" },
  { kind: "executables", dir: "executables" },
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

/** Directories that a build or an earlier pruning could not remove. They are of no use to anybody, however young. */
export async function leftovers(root: string): Promise<readonly CacheEntry[]> {
  const named = async (dir: string, prefix: string) =>
    (await readdir(dir).catch(() => [])).filter((name) => name.startsWith(prefix)).map((name) => join(dir, name));
  const paths = [...(await named(join(root, "work"), leftoverPrefix)), ...(await named(root, prunedPrefix))];
  return paths.map((path) => ({ kind: "leftovers", path, usedMs: 0 }));
}

/** Everything in the cache, in no order. Names that begin with a dot belong to processes that are just making something. */
export async function cacheEntries(root: string): Promise<readonly CacheEntry[]> {
  const found = await Promise.all(
    places.map(async ({ kind, dir }) => {
      const names = await readdir(join(root, dir)).catch(() => []);
      const entries = names.filter((name) => !name.startsWith(".")).map((name) => entryAt(kind, join(root, dir, name)));
      return Promise.all(entries);
    }),
  );
  return found.flat().filter((entry) => entry !== undefined);
}

/** Undefined when another process has removed it meanwhile. */
async function entryAt(kind: CacheKind, path: string): Promise<CacheEntry | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return undefined;
  const names = stats.isDirectory() ? await readdir(path).catch(() => []) : [];
  const children = await Promise.all(names.map((name) => lstat(join(path, name)).catch(() => undefined)));
  return { kind, path, usedMs: Math.max(...[stats, ...children].map((each) => (each ? lastUse(each) : 0))) };
}

/**
 * Reading a file shows in its access time at least once a day (Linux's `relatime`), sharing it by a hard link in its change
 * time. Of a directory the access time would tell of this very look.
 */
const lastUse = (stats: Stats): number =>
  Math.max(stats.mtimeMs, stats.ctimeMs, stats.isFile() ? stats.atimeMs : Number.NEGATIVE_INFINITY);
