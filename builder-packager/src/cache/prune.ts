import { mkdtemp, rename, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { removeTree } from "../sandbox/remove-tree.ts";
import { type CacheEntry, cacheEntries, leftovers, prunedPrefix } from "./entries.ts";
import { usedByRunningMs } from "./running.ts";
import { FreedBytes } from "./size.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** Long enough for work that rests over a holiday, short enough for a disk. */
export const keptUnusedMs = 14 * dayMs;

/** What {@link pruneCache} removed. */
export interface Pruned {
  readonly entries: number;
  /** Entries that stay since running builds and apps may use them. */
  readonly held: number;
  /** Bytes on the disk that nothing else, such as an image layout, holds on to. */
  readonly bytes: number;
}

/**
 * Removes what nothing has used for `unusedMs`. Whatever is missing later is fetched or made again.
 *
 * What running builds and apps may use stays. An entry leaves its place by one rename, so that no other process finds half of it. Directories that builds could not remove go
 * too; the first error is thrown after everything else is removed.
 *
 * @example `const { bytes } = await pruneCache(cacheDir(env), 14 * 24 * 60 * 60 * 1000)`
 */
export async function pruneCache(root: string, unusedMs: number, nowMs: number = Date.now()): Promise<Pruned> {
  const old = (await cacheEntries(root)).filter(({ usedMs }) => usedMs <= nowMs - unusedMs);
  const heldSince = await usedByRunningMs(root);
  const unused = old.filter(({ usedMs }) => usedMs < heldSince);
  const left = await leftovers(root);
  const freed = new FreedBytes();
  let bytes = 0;
  for (const { path } of left) bytes += await freed.add(path);
  bytes += await setAside(unused, root, freed);
  const failures = await removeEach((await leftovers(root)).map(({ path }) => path));
  if (failures.length > 0) throw failures[0];
  return { entries: unused.length + left.length, held: old.length - unused.length, bytes };
}

async function setAside(entries: readonly CacheEntry[], root: string, freed: FreedBytes): Promise<number> {
  if (entries.length === 0) return 0;
  const bin = await mkdtemp(join(root, prunedPrefix));
  let bytes = 0;
  for (const [index, entry] of entries.entries()) bytes += await moveInto(join(bin, String(index)), entry, freed);
  return bytes;
}

/** What one directory refuses must not keep the others. */
async function removeEach(dirs: readonly string[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const dir of dirs) await removeTree(dir).catch((error: unknown) => failures.push(error));
  return failures;
}

async function moveInto(place: string, { path }: CacheEntry, freed: FreedBytes): Promise<number> {
  const bytes = await freed.add(path);
  // Two prunings at once: the other one has it.
  return rename(path, place).then(
    () => bytes,
    () => 0,
  );
}

/**
 * Prunes what was unused for two weeks, once a day, after a command that succeeded. Nothing that goes wrong here is worth
 * failing it.
 */
export async function pruneDaily(root: string, nowMs: number = Date.now()): Promise<Pruned | undefined> {
  const stamp = join(root, "pruned");
  const before = await stat(stamp).catch(() => undefined);
  if (before !== undefined && before.mtimeMs > nowMs - dayMs) return undefined;
  try {
    await writeFile(stamp, `${basename(root)} was pruned at this file's time\n`);
    await utimes(stamp, nowMs / 1000, nowMs / 1000);
    return await pruneCache(root, keptUnusedMs, nowMs);
  } catch {
    return undefined; // no cache yet, or one that cannot be written
  }
}
