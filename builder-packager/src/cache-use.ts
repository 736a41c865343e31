import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { lstat, utimes } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheRootOf } from "./cache-dirs.ts";
import { isRunning, ownIdentity } from "./process/identity.ts";
import { pidSpace } from "./process/pid-space.ts";

/*
 * Which entries of a cache running processes use. Each process lists its own in a file of `running`, the mark: nothing that a
 * living process lists is evicted. Whoever evicts holds `prune.lock` while it reads the marks and renames. A process that
 * lists an entry looks for that lock afterwards and waits: either its line is read, or it sees that the entry is gone.
 * Access times would not do: Linux updates them once a day at most (relatime), or never (noatime).
 */

const marksDir = "running";
/** Returns the path of the lock file that a process holds while it prunes the cache. */
export const pruneLock = (root: string): string => join(root, "prune.lock");
/**
 * The time after which pruning gives up, so that no process waits longer for a stopped one or one
 * in another container.
 */
const maxWaitMs = 6000;
const lookMs = 20;
/** The interval at which uses are recorded. */
const noteMs = 60_000;
/** The age up to which a mark from another container is valid, because its process is not visible. */
const foreignMarkMs = 24 * 60 * 60 * 1000;
const refreshMs = 60 * 60 * 1000;

/**
 * Records that this process uses an entry of the cache, and the current time. No process removes
 * the entry until this process ends. Returns false if the entry does not exist. For a path outside
 * of all caches, the function only checks that the path exists.
 *
 * @example `if (await noteUse(dir)) return dir`
 */
export async function noteUse(path: string): Promise<boolean> {
  if (cacheRootOf(path) === undefined) return isPresent(path);
  await noteMaking(path, false);
  return touch(path);
}

/**
 * Records that this process creates an entry of the cache. Call this function before the entry gets
 * its final name, because the entry can be pruned from then on.
 *
 * @example `await noteMaking(target); await rename(attempt, target)`
 */
export async function noteMaking(path: string, grows = true): Promise<void> {
  const root = cacheRootOf(path);
  if (root === undefined) return;
  if (grows) grown.add(root);
  (await markOf(root))?.add(relative(root, path));
  await endOfPruning(root);
}

/** True if this process has added entries to the cache. */
export const hasGrown = (root: string): boolean => grown.has(resolve(root));

const isPresent = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Updates the time of an entry's last use. Returns false if the entry does not exist. */
export async function touch(path: string, now: Date = new Date()): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return false;
  const used = stats.isDirectory() ? stats.mtimeMs : stats.atimeMs;
  if (used <= now.getTime() && used > now.getTime() - noteMs) return true;
  // An unchanged modification time shows that the file has not been written since it was verified.
  const modified = stats.isDirectory() ? now : stats.mtime;
  return utimes(path, now, modified).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== "ENOENT",
  );
}

/** Ends all uses that this process has recorded, so that its entries can be pruned. */
export function endUses(): void {
  const mine = [...open.values()];
  open.clear();
  marks.clear();
  for (const mark of mine) mark.remove();
}

/**
 * The cache entries that running processes use, as paths below the root. `sinceMs` is the earliest
 * start of use, if any.
 */
export interface UsedEntries {
  readonly paths: ReadonlySet<string>;
  readonly sinceMs: number | undefined;
}

/** Reads which entries running processes use. Removes the records of processes that have ended. */
export async function usedEntries(root: string): Promise<UsedEntries> {
  const paths = new Set<string>();
  let sinceMs: number | undefined;
  for (const name of namesOfMarks(root)) {
    const file = join(root, marksDir, name);
    const begunMs = birthOf(file);
    if (begunMs === undefined) continue; // it has just ended
    if (!(await isLiving(name, file))) {
      rmSync(file, { force: true });
      continue;
    }
    for (const line of textOf(file).split("\n")) paths.add(line);
    sinceMs = Math.min(sinceMs ?? begunMs, begunMs);
  }
  return { paths, sinceMs };
}

interface Mark {
  add(path: string): void;
  remove(): void;
}

const marks = new Map<string, Promise<Mark | undefined>>();
const open = new Map<string, Mark>();
const grown = new Set<string>();

function markOf(root: string): Promise<Mark | undefined> {
  const known = marks.get(root);
  if (known) return known;
  const made = makeMark(root);
  marks.set(root, made);
  return made;
}

/** Creates a mark; undefined if the cache is read-only, so that nothing can be pruned. */
async function makeMark(root: string): Promise<Mark | undefined> {
  await usedEntries(root); // removes what killed processes left
  const { pid, started } = await ownIdentity();
  const name = `${pid}-${Buffer.from(started).toString("hex")}-${pidSpace()}${randomBytes(8).toString("hex")}`;
  const file = join(root, marksDir, name);
  try {
    mkdirSync(join(root, marksDir), { recursive: true, mode: 0o700 });
    if (open.size === 0) process.off("exit", endUses).on("exit", endUses);
    const mark = openMark(file);
    open.set(root, mark);
    return mark;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EROFS", "EACCES", "EPERM", "ENOTDIR"].includes(code)) return undefined;
    throw error;
  }
}

function openMark(file: string): Mark {
  const fd = openSync(file, "ax", 0o600);
  const listed = new Set<string>();
  const refresh = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), refreshMs).unref();
  const remove = () => {
    clearInterval(refresh);
    closeSync(fd);
    try {
      rmSync(file, { force: true });
    } catch {} // on a file system that has become read-only: the next process removes the mark of one that has ended
  };
  const add = (path: string) => {
    if (listed.has(path)) return;
    writeSync(fd, `${path}\n`);
    listed.add(path);
  };
  return { add, remove };
}

function namesOfMarks(root: string): readonly string[] {
  try {
    return readdirSync(join(root, marksDir));
  } catch {
    return [];
  }
}

async function isLiving(name: string, file: string): Promise<boolean> {
  const [, pid, started = "", space] = /^(\d+)-([0-9a-f]+)-([0-9a-f]{8})[0-9a-f]{16}$/.exec(name) ?? [];
  if (space === pidSpace()) return isRunning({ pid: Number(pid), started: Buffer.from(started, "hex").toString() });
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
  // One of the future is of a clock that was wrong.
  return Math.abs(Date.now() - mtimeMs) < foreignMarkMs;
}

function birthOf(file: string): number | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && Math.min(stats.birthtimeMs || stats.mtimeMs, stats.mtimeMs);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

async function endOfPruning(root: string): Promise<void> {
  const lock = pruneLock(root);
  const end = performance.now() + maxWaitMs;
  while (existsSync(lock) && performance.now() < end && (await mayBeHeld(lock))) await sleep(lookMs);
}

/** True if the process that holds a lock may be running, which is unknown for another container. */
async function mayBeHeld(lock: string): Promise<boolean> {
  try {
    const owner = JSON.parse(textOf(lock));
    return owner.space !== pidSpace() || (await isRunning(owner));
  } catch {
    return true;
  }
}
