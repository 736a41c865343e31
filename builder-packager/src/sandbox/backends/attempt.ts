import { readlinkSync } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheRootOf, closeToOthers, unwritableCache } from "../../cache-dirs.ts";
import { removeTree } from "../remove-tree.ts";

/**
 * The age after which directories of other PID namespaces count as abandoned, because their process
 * ids mean nothing here.
 */
const foreignAttemptMs = 24 * 60 * 60 * 1000;
const pattern = /^\.attempt-(\d+)-(\d+)-/;

/** The PID namespace that process ids belong to. */
function namespaceId(): string {
  if (process.platform !== "linux") return "0";
  return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
}

let count = 0;

/**
 * Creates a temporary directory whose name contains the id of this process, so that a later process
 * can recognize it as abandoned.
 */
export async function makeAttempt(parentDir: string): Promise<string> {
  const dir = join(parentDir, `.attempt-${namespaceId()}-${process.pid}-${process.hrtime.bigint()}${count++}`);
  closeToOthers(parentDir);
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw unwritableCache(cacheRootOf(parentDir) ?? parentDir, cause);
  });
  return dir;
}

/** Removes the directories of killed processes in `parentDir`. */
export async function removeAbandoned(parentDir: string, nowMs: number = Date.now()): Promise<void> {
  // Another process may be at it, or another user owns it.
  for (const dir of await abandoned(parentDir, nowMs)) await removeTree(dir).catch(() => {});
}

/** True if a name has the form of the names that {@link makeAttempt} creates. */
export const isAttempt = (name: string): boolean => pattern.test(name);

/** Directories of processes that no longer run. */
async function abandoned(parentDir: string, nowMs: number): Promise<readonly string[]> {
  const dirs: string[] = [];
  for (const name of await readdir(parentDir).catch(() => [])) {
    const [, namespace, pid] = pattern.exec(name) ?? [];
    if (namespace === undefined) continue;
    const dir = join(parentDir, name);
    const isAbandoned =
      namespace === namespaceId() ? !isAlive(Number(pid)) : await isOlder(dir, nowMs - foreignAttemptMs);
    if (isAbandoned) dirs.push(dir);
  }
  return dirs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

const isOlder = (dir: string, thanMs: number): Promise<boolean> =>
  stat(dir).then(
    ({ mtimeMs }) => mtimeMs < thanMs,
    () => false,
  );
