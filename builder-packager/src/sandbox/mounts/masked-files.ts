import { existsSync } from "node:fs";

/** What tells of the machine and of its other users; containers of Docker do not see it, either. */
const masked = ["kcore", "key-users", "keys", "latency_stats", "sched_debug", "timer_list"];

/** Files of /proc that are empty in a sandbox. Not every kernel has all of them. */
export const maskedInProc = (): readonly string[] =>
  masked.map((name) => `/proc/${name}`).filter((file) => existsSync(file));

/**
 * uid 0 of the host can write these without any capability, such as the program that the kernel starts for a core dump.
 * bubblewrap 0.8 protects only directories that access(2) reports as writable, which these are not without capabilities.
 */
const settings = ["bus", "fs", "irq", "sys", "sysrq-trigger"];

export const settingsInProc = (): readonly string[] =>
  settings.map((name) => `/proc/${name}`).filter((path) => existsSync(path));
