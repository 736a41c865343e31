import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pidSpace } from "../../process/pid-space.ts";

/** Process ids mean nothing in another container or on another machine that shares the folder: there, age decides. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/** A unique name next to `target`. It is in the same directory, so that it can be renamed. */
export const temporaryName = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${process.pid}-${pidSpace()}${randomBytes(6).toString("hex")}.tmp`);

/** Removes leftovers of killed processes next to `target`; those of running processes stay. Never fails. */
export async function removeLeftovers(target: string): Promise<void> {
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names) {
    const file = join(dirname(target), name);
    if (isLeftover(file, target)) await rm(file, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** True if a name is that of a process that no longer runs. */
export function isLeftover(file: string, target: string): boolean {
  const start = `.${basename(target)}.`;
  const name = basename(file);
  const [, pid = "", space] = /^(\d+)-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(name.slice(start.length)) ?? [];
  if (!name.startsWith(start) || pid === "") return false;
  return space === pidSpace() ? !isAlive(Number(pid)) : ageMs(file) > abandonedAfterMs;
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
