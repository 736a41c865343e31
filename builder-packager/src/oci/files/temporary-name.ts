import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pidSpace } from "../../process/pid-space.ts";

/** Process ids mean nothing in another container or on another machine that shares the directory: there, age decides. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Returns a unique file name in the directory of `target`, so that the file can be renamed to
 * `target`.
 */
export const temporaryName = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${process.pid}-${pidSpace()}${randomBytes(6).toString("hex")}.tmp`);

/**
 * Removes temporary files and directories that killed processes left next to `target`. If it is
 * unknown whether a process still runs, because it belongs to another container or machine, only
 * its files older than 24 hours are removed. Never fails.
 */
export async function removeLeftovers(target: string): Promise<void> {
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names) {
    const file = join(dirname(target), name);
    if (isLeftover(file, target)) await rm(file, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** True if `file` is a temporary file for `target` whose process no longer runs. */
export function isLeftover(file: string, target: string): boolean {
  const process = processIn(file, target);
  if (process === undefined) return false;
  return process.space === pidSpace() ? !isAlive(process.pid) : ageMs(file) > abandonedAfterMs;
}

/** True if `file` is a temporary file for `target`. */
export const isTemporary = (file: string, target: string): boolean => processIn(file, target) !== undefined;

/** The process that the name of a temporary file for `target` contains. */
function processIn(file: string, target: string): { readonly pid: number; readonly space: string } | undefined {
  const start = `.${basename(target)}.`;
  const name = basename(file);
  if (!name.startsWith(start)) return undefined;
  const [, pid, space] = /^(\d+)-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(name.slice(start.length)) ?? [];
  return pid === undefined || space === undefined ? undefined : { pid: Number(pid), space };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // EPERM: it lives, and is somebody else's
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
