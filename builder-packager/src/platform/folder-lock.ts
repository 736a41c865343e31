import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isRunning, ownIdentity } from "./process-identity.ts";

/**
 * Runs `work` while no other process holds the folder. The lock of a process that is gone counts for nothing.
 *
 * @example `await withFolderLock(cacheDir, signal, () => commit())`
 */
export async function withFolderLock<Result>(
  dir: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  return withOwnName(dir, async (mine) => {
    const lock = join(dir, "lock");
    while (!(await acquire(mine, lock))) await setTimeout(50, undefined, { signal });
    return work().finally(() => rm(lock, { force: true }));
  });
}

/**
 * Takes the name `lease` in a folder for as long as a build lasts. Returns what gives it back, or undefined while another
 * process has it.
 *
 * @example `const release = await tryLease(cacheDir, signal)`
 */
export async function tryLease(dir: string, signal: AbortSignal): Promise<(() => Promise<void>) | undefined> {
  const lease = join(dir, "lease");
  const taken = await withFolderLock(dir, signal, () =>
    // The second attempt follows the removal of a lease whose process is gone.
    withOwnName(dir, async (mine) => (await acquire(mine, lease)) || acquire(mine, lease)),
  );
  return taken ? () => rm(lease, { force: true }) : undefined;
}

/** A link appears with its contents, so that nobody reads a lock that names no owner yet. */
async function withOwnName<Result>(dir: string, work: (mine: string) => Promise<Result>): Promise<Result> {
  const mine = join(dir, `lock-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await writeFile(mine, JSON.stringify(await ownIdentity()));
  try {
    return await work(mine);
  } finally {
    await rm(mine, { force: true });
  }
}

async function acquire(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = await readFile(lock, "utf8").catch(() => undefined);
  if (owner !== undefined && !(await isRunning(owner))) await removeLock(lock, owner, `${mine}-old`);
  return false;
}

/** Of several processes that find the same dead owner, a slow one must not remove the lock that a fast one took since. */
async function removeLock(lock: string, owner: string, aside: string): Promise<void> {
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== owner) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}
