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
/** Held by the process that evicts. */
export const pruneLock = (root: string): string => join(root, "prune.lock");
/** Whoever evicts gives up before, so that nobody waits longer for one that is stopped or in another container. */
const patienceMs = 6000;
const lookMs = 20;
/** A use is noted once in this time. */
const noteMs = 60_000;
/** In another container nobody knows the process: its mark counts as long as it is this young. */
const foreignMarkMs = 24 * 60 * 60 * 1000;
const refreshMs = 60 * 60 * 1000;

/**
 * Notes that this process uses an entry of the cache, so that it stays until the process ends, and that it was used now.
 * Returns false if the entry is not there, or not any more. A path outside of all caches is only looked for.
 *
 * @example `if (await noteUse(dir)) return dir`
 */
export async function noteUse(path: string): Promise<boolean> {
  if (cacheRootOf(path) === undefined) return isThere(path);
  await noteMaking(path, false);
  return touch(path);
}

/**
 * Notes that this process makes an entry of the cache. Called before the entry gets its final name: from then on it may be evicted.
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

/** Whether this process has made entries of a cache. */
export const hasGrown = (root: string): boolean => grown.has(resolve(root));

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Notes that an entry is used now. Returns false if it is not there. */
export async function touch(path: string, now: Date = new Date()): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return false;
  const used = stats.isDirectory() ? stats.mtimeMs : stats.atimeMs;
  if (used <= now.getTime() && used > now.getTime() - noteMs) return true;
  // The modification time of a file tells that nobody has written into it since it was verified.
  const modified = stats.isDirectory() ? now : stats.mtime;
  return utimes(path, now, modified).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== "ENOENT",
  );
}

/** Ends all uses of this process: what it has used may be evicted. */
export function endUses(): void {
  const mine = [...open.values()];
  open.clear();
  marks.clear();
  for (const mark of mine) mark.remove();
}

/** Entries that living processes use, as paths below the root, and when the first of these processes began to, if any. */
export interface UsedEntries {
  readonly paths: ReadonlySet<string>;
  readonly sinceMs: number | undefined;
}

/** Reads the marks and removes those of processes that are gone. */
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

/** Undefined where nothing can be written, and so nothing evicted. */
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
  const end = performance.now() + patienceMs;
  while (existsSync(lock) && performance.now() < end && (await mayBeHeld(lock))) await sleep(lookMs);
}

/** Whether the process that a lock names runs; nobody knows that of one in another container. */
async function mayBeHeld(lock: string): Promise<boolean> {
  try {
    const owner = JSON.parse(textOf(lock));
    return owner.space !== pidSpace() || (await isRunning(owner));
  } catch {
    return true;
  }
}
