import { existsSync } from "node:fs";

/** What tells of the machine and of its other users; containers of Docker do not see it, either. */
const masked = ["kcore", "key-users", "keys", "latency_stats", "sched_debug", "timer_list"];

/** Files of /proc that a sandbox sees as empty ones. Not every kernel has all of them. */
export const maskedInProc = (): readonly string[] =>
  masked.map((name) => `/proc/${name}`).filter((file) => existsSync(file));
