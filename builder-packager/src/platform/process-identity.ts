import { readFile } from "node:fs/promises";

/** Names a process of this machine for ever: numbers are used again, but not together with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in ticks since boot. */
  readonly started: string;
}

export const ownIdentity = async (): Promise<ProcessIdentity> => ({
  pid: process.pid,
  started: await startTimeOf(process.pid),
});

/** Whether the process that wrote this still runs. False for a text that names none. */
export async function isRunning(text: string): Promise<boolean> {
  try {
    const { pid, started } = JSON.parse(text) as ProcessIdentity;
    return (await startTimeOf(pid)) === started;
  } catch {
    return false;
  }
}

async function startTimeOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${Number(pid)}/stat`, "utf8");
  // The second field is the command in brackets and may hold anything; field 22 is the twentieth after it.
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
