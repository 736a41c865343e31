import { readFileSync } from "node:fs";

/**
 * The umask of this process. Node.js would set it to 0 for a moment to read it, which affects files
 * that other threads write meanwhile (https://nodejs.org/api/process.html#processumask); Linux
 * provides it without that.
 */
export function fileModeMask(): number {
  try {
    const [, octal] = /^Umask:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (octal !== undefined) return Number.parseInt(octal, 8);
  } catch {} // there is no /proc
  return process.umask();
}
