import { stat } from "node:fs/promises";
import { join } from "node:path";
import { runningWorkDirs } from "../platform/work-dir.ts";
import { runningAttempts } from "../sandbox/attempt.ts";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The time, in milliseconds since 1970, since which running builds and apps may have used entries of the cache; infinity when
 * nothing runs. Reading a file shows in its access time only when that is a day old (Linux's `relatime`), hence a day more
 * than the oldest of them runs.
 */
export async function usedByRunningMs(root: string): Promise<number> {
  const dirs = [
    ...(await runningWorkDirs(join(root, "work")).catch(() => [])),
    ...(await runningAttempts(join(root, "run"))),
    ...(await runningAttempts(join(root, "rootfs"))),
  ];
  const begun = await Promise.all(dirs.map(begunMs));
  return Math.min(Number.POSITIVE_INFINITY, ...begun) - dayMs;
}

/** Infinity for one that has just ended. */
const begunMs = (dir: string): Promise<number> =>
  stat(dir).then(
    ({ birthtimeMs, mtimeMs }) => birthtimeMs || mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
