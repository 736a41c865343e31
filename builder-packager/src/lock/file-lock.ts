import { link, rename, rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { removeLeftovers, temporaryName } from "../oci/files/temporary-name.ts";
import { isOwned, ownFile, readOwner } from "./owned-file.ts";

/**
 * Runs `work` while this process holds the lock `file`. No other process holds the lock at the same
 * time, not even in another container. A lock whose process has ended is ignored.
 *
 * @example `await withFileLock(join(cacheDir, "lock"), signal, () => commit())`
 */
export async function withFileLock<Result>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const release = await takeLock(file, signal);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Tries to acquire the lock `file`. Returns a function that releases the lock, or undefined if
 * another process holds it.
 *
 * @example `const release = await tryFileLock(join(cacheDir, "lease"), signal)`
 */
export async function tryFileLock(file: string, signal: AbortSignal | undefined): Promise<Release | undefined> {
  await removeLeftovers(file);
  return attempt(file, signal);
}

type Release = () => Promise<void>;

async function takeLock(file: string, signal: AbortSignal | undefined): Promise<Release> {
  for (;;) {
    const release = await attempt(file, signal);
    if (release) return release;
    await setTimeout(50, undefined, { signal });
  }
}

async function attempt(file: string, signal: AbortSignal | undefined): Promise<Release | undefined> {
  const mine = temporaryName(file);
  const owner = await readOwner(file);
  if (owner !== undefined && (await isOwned(file, owner, signal))) return undefined;
  if (owner !== undefined) await removeLock(file, owner, mine);
  return linkNew(mine, file).finally(() => rm(mine, { force: true }));
}

/**
 * Creates the lock as a hard link to a complete file, so that no other process reads a lock without
 * an owner.
 */
async function linkNew(mine: string, file: string): Promise<Release | undefined> {
  const owned = await ownFile(mine);
  try {
    await link(mine, file);
    return () => owned.release(file);
  } catch (error) {
    await owned.release(mine);
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

/**
 * Removes the lock of a dead owner. Several processes may find the same dead owner. A slow one must
 * not remove the lock that a faster one has taken since, so it renames the file and restores it if
 * the owner differs.
 */
async function removeLock(file: string, owner: string, aside: string): Promise<void> {
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readOwner(aside)) !== owner) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
