import { lstat, rename, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pruneLock, usedEntries } from "../cache-use.ts";
import { exists } from "../files/exists.ts";
import { withFileLock } from "../lock/file-lock.ts";
import { removeLeftovers, temporaryName } from "../oci/files/temporary-name.ts";
import { removeAbandoned } from "../sandbox/backends/attempt.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import { isHeld, oldest, unusedFor } from "./choose.ts";
import { type CacheEntry, cacheEntries, childrenOf, leftovers, removedName } from "./entries.ts";
import { freeBytes } from "./free-space.ts";
import { type CacheLimit, limitBytes } from "./limit.ts";
import { isPruningDue, pruneStamp } from "./prune-stamp.ts";
import { FreedBytes } from "./size.ts";
import { type Measuring, sizedEntries, sumOf } from "./sizes.ts";

const dayMs = 24 * 60 * 60 * 1000;
/**
 * The age in milliseconds after which unused entries are removed. After two weeks without use, an
 * entry is unlikely to be needed soon.
 */
export const keptUnusedMs = 14 * dayMs;

/** The result of {@link pruneCache}. */
export interface PruneResult {
  readonly entries: number;
  /** The number of entries that were kept because running processes use them. */
  readonly held: number;
  /**
   * The freed bytes on disk. Files that have hard links elsewhere, for example in an image layout,
   * are not included.
   */
  readonly bytes: number;
}

/**
 * Removes entries unused for `unusedMs` milliseconds. If a removed entry is needed later, it is
 * downloaded or created again.
 *
 * Entries that running processes use are kept. An entry is renamed before it is removed, so that no
 * other process uses a partly removed entry. Leftovers of builds and of killed processes are
 * removed as well. If errors occur, the first one is thrown after everything else is removed.
 *
 * @example `const { bytes } = await pruneCache(cacheDir(env), 14 * 24 * 60 * 60 * 1000)`
 */
export async function pruneCache(root: string, unusedMs: number, nowMs: number = Date.now()): Promise<PruneResult> {
  const entries = cacheEntries(root);
  const removed = await removeEntries(root, unusedFor(entries, unusedMs, nowMs), nowMs);
  await correctTimes(entries, nowMs);
  return removed;
}

/** The share of its limit to which a full cache is reduced, so that not every command has to prune. */
const targetShare = 0.9;

/**
 * Removes the least recently used entries of a cache until its size is below its limit. Returns
 * undefined if the cache is not larger than its limit.
 *
 * @example `await keepLimit(cacheDir(env), cacheLimit(env))`
 */
export async function keepLimit(
  root: string,
  limit: CacheLimit,
  { nowMs = Date.now(), ...measuring }: Measuring & { readonly nowMs?: number } = {},
): Promise<PruneResult | undefined> {
  if (limit === "unlimited") return undefined;
  const entries = await sizedEntries(root, measuring);
  const size = sumOf(entries);
  const most = limitBytes(limit, { size, free: await freeBytes(root) });
  return size > most ? removeOldest(root, size - most * targetShare, nowMs) : undefined;
}

/** Removes the least recently used entries until at least `bytes` are freed. */
export async function removeOldest(root: string, bytes: number, nowMs: number = Date.now()): Promise<PruneResult> {
  const { removable, held } = await dividedEntries(root);
  const removed = await removeEntries(root, oldest(removable, bytes, nowMs), nowMs);
  return { ...removed, held: removed.held + held };
}

/** Returns the total size of the entries that no running process uses, in bytes. */
export const removableBytes = async (root: string): Promise<number> => sumOf((await dividedEntries(root)).removable);

async function dividedEntries(root: string) {
  const entries = await sizedEntries(root);
  const used = await usedEntries(root);
  const removable = entries.filter((entry) => !isHeld(entry, used));
  return { removable, held: entries.length - removable.length };
}

async function removeEntries(root: string, entries: readonly CacheEntry[], nowMs: number): Promise<PruneResult> {
  for (const dir of ["rootfs", "unpacked-layers", "run"]) await removeAbandoned(join(root, dir), nowMs);
  await removeLeftovers(join(root, "sizes.json"));
  const left = leftovers(root, nowMs);
  const moved = (await exists(root)) ? await setAside(root, entries) : [];
  const freed = new FreedBytes();
  let bytes = 0;
  const removable = [...left.map(({ path }) => path), ...moved];
  for (const path of removable) bytes += await freed.add(path);
  const failures = await removeEach(removable);
  if (failures.length > 0) throw failures[0];
  return { entries: moved.length + left.length, held: entries.length - moved.length, bytes };
}

/** The maximal time that the lock is held; others wait no longer than three times as long. */
const lockedMs = 2000;

/** Renames entries that no running process uses, and returns their new paths. */
async function setAside(root: string, entries: readonly CacheEntry[]): Promise<readonly string[]> {
  await removeLeftovers(pruneLock(root));
  return withFileLock(pruneLock(root), undefined, async () => {
    const begun = performance.now();
    const used = await usedEntries(root);
    const moved: string[] = [];
    for (const entry of entries.filter((entry) => !isHeld(entry, used))) {
      if (performance.now() - begun > lockedMs) break; // the next pruning goes on
      const aside = temporaryName(removedName(entry.path));
      if (await isMoved(entry.path, aside)) moved.push(aside);
    }
    return moved;
  });
}

/** Renames an entry; false if another process has removed it or another user owns it. */
const isMoved = (path: string, aside: string): Promise<boolean> =>
  rename(path, aside).then(
    () => true,
    () => false,
  );

/**
 * Removes directories. After an error, the others are still removed. Returns the errors, except for
 * directories that another process has removed at the same time.
 */
async function removeEach(dirs: readonly string[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const dir of dirs)
    await removeTree(dir).catch(async (error: unknown) => (await exists(dir)) && failures.push(error));
  return failures;
}

/** An upper bound of the difference between machines' clocks. */
const skewMs = 60 * 60 * 1000;

/** Sets future times of entries to the present, because they would otherwise never expire. */
async function correctTimes(entries: readonly CacheEntry[], nowMs: number): Promise<void> {
  for (const { path } of entries.filter(({ usedMs }) => usedMs > nowMs + skewMs))
    for (const each of [path, ...childrenOf(path)]) await correctTime(each, nowMs);
}

/**
 * Sets future access and modification times of a file to the present. Its change time is set by the
 * kernel.
 */
async function correctTime(path: string, nowMs: number): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined || stats.isSymbolicLink()) return;
  const seconds = (ms: number) => Math.min(ms, nowMs) / 1000;
  await utimes(path, seconds(stats.atimeMs), seconds(stats.mtimeMs)).catch(() => {}); // somebody else's
}

/** The maximum time in milliseconds that a command spends on measuring its cache. */
export const maxWaitMs = 1000;

/**
 * Prunes the cache after a command, at most once a day. Removes entries unused for two weeks, and
 * entries beyond the limit. Returns undefined if there is no cache, if it was pruned less than a day
 * ago, or if pruning failed. Errors do not fail the command.
 */
export async function pruneDaily(
  root: string,
  limit: CacheLimit,
  nowMs: number = Date.now(),
): Promise<PruneResult | undefined> {
  if (!(await isPruningDue(root, nowMs))) return undefined;
  const stamp = pruneStamp(root);
  try {
    await writeFile(stamp, `${basename(root)} was pruned at this file's time\n`);
    await utimes(stamp, nowMs / 1000, nowMs / 1000);
    const removed = await pruneCache(root, keptUnusedMs, nowMs);
    const more = await keepLimit(root, limit, { again: true, maxWaitMs, nowMs });
    return more === undefined
      ? removed
      : { ...more, entries: removed.entries + more.entries, bytes: removed.bytes + more.bytes };
  } catch {
    return undefined; // one that cannot be written
  }
}
