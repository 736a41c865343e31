import { existsSync } from "node:fs";

/**
 * Files in /proc that reveal data of the machine or of other users. Docker also hides them from
 * containers.
 */
const masked = ["kcore", "key-users", "keys", "latency_stats", "sched_debug", "timer_list"];

/** Lists the files of /proc that appear empty in a sandbox, as far as this kernel has them. */
export const maskedInProc = (): readonly string[] =>
  masked.map((name) => `/proc/${name}`).filter((file) => existsSync(file));

/**
 * Kernel settings in /proc that the host's uid 0 can write even without capabilities, such as the
 * program that the kernel starts for a core dump. bubblewrap 0.8 only protects directories that
 * access(2) reports as writable, and without capabilities it does not report these.
 */
const settings = ["bus", "fs", "irq", "sys", "sysrq-trigger"];

export const settingsInProc = (): readonly string[] =>
  settings.map((name) => `/proc/${name}`).filter((path) => existsSync(path));
