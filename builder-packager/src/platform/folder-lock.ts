import { link, readFile, rm, writeFile } from "node:fs/promises";
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
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = join(dir, "lock");
  const mine = join(dir, `lock-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await writeFile(mine, JSON.stringify(await ownIdentity()));
  try {
    while (!(await acquire(mine, lock))) await setTimeout(50, undefined, { signal });
    return await work().finally(() => rm(lock, { force: true }));
  } finally {
    await rm(mine, { force: true });
  }
}

/** A link appears with its contents, so that nobody reads a lock that names no owner yet. */
async function acquire(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = await readFile(lock, "utf8").catch(() => undefined);
  if (owner !== undefined && !(await isRunning(owner))) await rm(lock, { force: true });
  return false;
}
