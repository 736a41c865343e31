import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../registry-options.ts";

/** The clock of this machine. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, signal && { signal }),
};
