import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";

/** No work done under a lock takes longer; an older one was left by a machine that went down. */
const staleAfterMs = 15 * 60 * 1000;

/**
 * Runs `work` while no other process holds `file`. It only spares doing the same work twice:
 * what is right does not depend on it, since results appear by rename.
 */
export async function withLock<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  while (!(await acquire(file))) {
    await removeStale(file);
    await setTimeout(100, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removeStale(file: string): Promise<void> {
  const [owner, facts] = await Promise.all([readFile(file, "utf8"), stat(file)]).catch(() => []);
  if (owner === undefined || !facts) return; // released meanwhile
  const pid = Number(owner);
  const ageMs = Date.now() - facts.mtimeMs;
  if (ageMs > staleAfterMs || (pid > 0 && !isRunning(pid))) await rm(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
