import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/** The label of every container that cnb makes: which process of which machine it belongs to. */
export const ownerLabel = "io.libcnb.sandbox";

/** `<machine>.<pid>.<start>`: process ids mean something on one machine and in one process namespace only. */
export const ownOwner = (): string => `${machine()}.${process.pid}.${startOf(process.pid) ?? 0}`;

/**
 * True if a container of this owner was left behind. One of another machine at the same engine is
 * none of our business.
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

/** When a process began, in ticks since boot; undefined when there is none. */
function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  // The program's name stands in brackets and may hold anything; field 22 is the twentieth after it.
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
