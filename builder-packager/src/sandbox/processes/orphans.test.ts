// @needs processes
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { endOrphans, runningProcesses } from "./orphans.ts";

/** Nobody's on any machine that runs tests, so that nothing else is ended. */
const uid = 64_321;

async function orphan(): Promise<number> {
  const child = spawn("sh", ["-c", "sleep 600 >/dev/null 2>&1 & echo $!"], { uid, gid: uid, cwd: "/", detached: true });
  return Number(await text(child.stdout));
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Until process 1 has collected them. */
const inTime = { timeout: 15_000 };

test.runIf(process.getuid?.() === 0)(
  "processes that a build's user left running are killed, and earlier processes are not",
  async () => {
    const before = await orphan();
    const known = await runningProcesses();
    const after = [await orphan(), await orphan()];
    await endOrphans(uid, known);
    await expect.poll(() => [before, ...after].map(isAlive), inTime).toEqual([true, false, false]);
    await endOrphans(uid, new Set());
    await expect.poll(() => isAlive(before), inTime).toBe(false);
  },
  60_000,
);
