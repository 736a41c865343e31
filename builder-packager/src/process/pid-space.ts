import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

let space: string | undefined;

/**
 * Identifies the PID namespace of this process: the machine, its current boot, and the container.
 */
export function pidSpace(): string {
  space ??= createHash("sha256").update([hostname(), bootId(), pidNamespace()].join("\n")).digest("hex").slice(0, 8);
  return space;
}

const bootId = (): string => orNothing(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
const pidNamespace = (): string => orNothing(() => readlinkSync("/proc/self/ns/pid"));

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
