import { CnbError } from "../errors.ts";
import { withinTime } from "../platform/phases/within-time.ts";
import type { ExitStatus } from "../sandbox/processes/exit-status.ts";
import type { RunningImage } from "./running-image.ts";

/** The time limit for starting and running an app. */
export interface RunTime {
  readonly timeoutMs: number;
  /** The time at which the limit starts, on the clock of `performance.now()`. */
  readonly sinceMs: number;
}

const hint = "Increase --timeout, which includes the time to pull and unpack the image.";

/**
 * Starts an app. If the time limit ends before the app runs, the signal of the start is aborted.
 *
 * @throws CnbError RUN_TIMED_OUT
 */
export const startWithin = <App>(
  signal: AbortSignal,
  time: RunTime | undefined,
  start: (signal: AbortSignal) => Promise<App>,
): Promise<App> => {
  const timedOut = (timeoutMs: number) =>
    new CnbError("RUN_TIMED_OUT", `the app did not start within ${timeoutMs / 1000} s`, { hint });
  return withinTime({ signal, timeoutMs: time?.timeoutMs, timedOut }, start);
};

/**
 * Waits until an app ends. When the time limit is over, the app receives SIGTERM, and ten seconds
 * later SIGKILL.
 *
 * @throws CnbError RUN_TIMED_OUT
 */
export async function endWithin(
  app: Pick<RunningImage, "ended" | "stop">,
  time: RunTime | undefined,
): Promise<ExitStatus> {
  if (time === undefined) return app.ended;
  const { timeoutMs, sinceMs } = time;
  let isOver = false;
  const timer = setTimeout(
    () => {
      isOver = true;
      app.stop().catch(() => {}); // whoever waits for the end sees it
    },
    Math.max(0, sinceMs + timeoutMs - performance.now()),
  );
  const status = await app.ended.finally(() => clearTimeout(timer));
  if (!isOver) return status;
  throw new CnbError("RUN_TIMED_OUT", `the app was stopped: the command took longer than ${timeoutMs / 1000} s`, {
    hint,
  });
}
