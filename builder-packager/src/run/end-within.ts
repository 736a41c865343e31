import { CnbError } from "../errors.ts";
import type { ExitStatus } from "../sandbox/exit-status.ts";
import type { RunningImage } from "./running-image.ts";

/**
 * Waits for an app's end, and asks it to end when its time is over; ten seconds later it has to.
 *
 * @throws CnbError RUN_TIMED_OUT
 */
export async function endWithin(
  app: Pick<RunningImage, "ended" | "stop">,
  timeoutMs: number | undefined,
): Promise<ExitStatus> {
  if (timeoutMs === undefined) return app.ended;
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    app.stop().catch(() => {}); // whoever waits for the end sees it
  }, timeoutMs);
  const status = await app.ended.finally(() => clearTimeout(timer));
  if (!isOver) return status;
  throw new CnbError("RUN_TIMED_OUT", `the app was ended: it ran longer than ${timeoutMs / 1000} s`, {
    hint: "Give it more time with --timeout.",
  });
}
