import { readFileSync } from "node:fs";

/**
 * Returns the umask of this process. Where possible, it is read from /proc: Node.js sets the umask to
 * 0 for a moment, which affects files that other threads write at that time
 * (https://nodejs.org/api/process.html#processumask).
 */
export function fileModeMask(): number {
  try {
    const [, octal] = /^Umask:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (octal !== undefined) return Number.parseInt(octal, 8);
  } catch {} // there is no /proc
  return process.umask();
}
