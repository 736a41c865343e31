import { readdir, readFile, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "./process-tree.ts";

/** Returns the ids of all running processes. */
export async function runningProcesses(): Promise<ReadonlySet<number>> {
  return new Set((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number));
}

/**
 * Ends the background processes of a user: those whose parent is process 1 and that are not in
 * `known`. Call this only in a container that is dedicated to the build.
 */
export async function endOrphans(uid: number, known: ReadonlySet<number>): Promise<void> {
  // The children of one that is ended are orphans then.
  for (let round = 0; round < maxRounds; round++) {
    const orphans = await orphansOf(uid, known);
    if (orphans.length === 0) return;
    for (const pid of orphans) kill(pid);
    await sleep(20);
  }
}

const maxRounds = 50;

async function orphansOf(uid: number, known: ReadonlySet<number>): Promise<readonly number[]> {
  const candidates = (await childrenOf(1)).filter((pid) => pid !== process.pid && !known.has(pid));
  const isOrphan = await Promise.all(
    candidates.map(async (pid) => (await ownerOf(pid)) === uid && !(await isZombie(pid))),
  );
  return candidates.filter((_, index) => isOrphan[index]);
}

const ownerOf = (pid: number): Promise<number | undefined> =>
  stat(`/proc/${pid}`).then(
    (stats) => stats.uid,
    () => undefined,
  );

/** True for a zombie: process 1 of a container often does not collect orphans. */
const isZombie = async (pid: number): Promise<boolean> =>
  /\) [ZX] /.test(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") X "));

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended, or is not ours
  }
}
