import { readFileSync } from "node:fs";

/**
 * The umask of this process. To ask Node.js for it sets it to 0 for a moment, and what other threads write meanwhile gets any mode
 * (https://nodejs.org/api/process.html#processumask): Linux tells it without that.
 */
export function fileModeMask(): number {
  try {
    const [, octal] = /^Umask:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (octal !== undefined) return Number.parseInt(octal, 8);
  } catch {} // there is no /proc
  return process.umask();
}
