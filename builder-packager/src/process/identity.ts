import { readFile } from "node:fs/promises";
import { CnbError } from "../errors.ts";

/**
 * Identifies a process of this machine permanently. A process ID can be reused, but never together
 * with the same start time.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start time of the process: in ticks since boot, or as ps(1) prints it. */
  readonly started: string;
}

export const ownIdentity = async (): Promise<ProcessIdentity> => ({
  pid: process.pid,
  started: await startTimeOf(process.pid).catch((cause: unknown) => {
    throw new CnbError("SYSTEM_ERROR", "the start time of this process cannot be read from /proc", {
      cause,
      hint: "Mount /proc: mount -t proc proc /proc",
    });
  }),
});

/**
 * True if the process is still running. The result is only valid for a process in the same PID
 * namespace.
 */
export async function isRunning({ pid, started }: ProcessIdentity): Promise<boolean> {
  try {
    return (await startTimeOf(pid)) === started;
  } catch {
    return false;
  }
}

async function startTimeOf(pid: number): Promise<string> {
  if (process.platform !== "linux") return startedBy(pid);
  const text = await readFile(`/proc/${Number(pid)}/stat`, "utf8");
  // The second field is the command in brackets and may hold anything; field 22 is the twentieth after it.
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** The start time on systems without /proc. ps(1) fails if the process does not exist. */
async function startedBy(pid: number): Promise<string> {
  // not loaded on Linux, where each command would pay for it
  const [{ execFile }, { promisify }] = await Promise.all([import("node:child_process"), import("node:util")]);
  return (await promisify(execFile)("ps", ["-o", "lstart=", "-p", `${Number(pid)}`])).stdout.trim();
}
