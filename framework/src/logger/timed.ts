import { type Clock, duration } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** Logs an operation as a step, and its duration when it ends, even if it fails. */
export function timedWith({ step, info }: Pick<Logger, "step" | "info">, clock: Clock): Logger["timed"] {
  return async (text, work) => {
    const start = clock.now();
    const took = () => duration(Math.max(0, clock.now() - start)); // someone may set the clock back;
    step(text);
    try {
      const result = await work();
      info(`done in ${took()}`);
      return result;
    } catch (error) {
      info(`failed after ${took()}`);
      throw error;
    }
  };
}
