import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/** The label that names the owner of a container: a process of cnb on a machine. */
export const ownerLabel = "io.libcnb.sandbox";

/**
 * Returns this process as an owner: `<machine>.<pid>.<start>`. Process ids are only unique on one
 * machine and in one PID namespace.
 */
export const ownOwner = (): string => `${machine()}.${process.pid}.${startOf(process.pid) ?? 0}`;

/**
 * True if a container's owner is a process of this machine that has ended. False for containers
 * that processes of other machines created in the same engine.
 */
export function isAbandoned(owner: string): boolean {
  const [where, pid, start] = owner.split(".");
  if (where !== machine() || !/^\d+$/.test(pid ?? "")) return false;
  return startOf(Number(pid)) !== start;
}

function machine(): string {
  const id = `${textOf("/proc/sys/kernel/random/boot_id")} ${linkOf("/proc/self/ns/pid")}`;
  return createHash("sha256").update(id).digest("hex").slice(0, 16);
}

/** The start time of a process in ticks since boot; undefined if there is no such process. */
function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  // The program's name is in brackets and may contain any characters. Field 22 is the twentieth after it.
  return stat === "" ? undefined : stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

const textOf = (file: string): string => orEmpty(() => readFileSync(file, "utf8"));
const linkOf = (file: string): string => orEmpty(() => readlinkSync(file));

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return ""; // another system than Linux, or a process that has ended
  }
}
