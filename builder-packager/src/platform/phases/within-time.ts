/** The time limit of an operation, with the signal that ends it earlier. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** @default no limit */
  readonly timeoutMs?: number | undefined;
  /** The error that the work ends with when its time is over. */
  timedOut(timeoutMs: number): Error;
}

/** The time that aborted work has to remove what it made. What remains then is removed by the next command, as after a kill. */
const graceMs = 1500;

/**
 * Gives work a signal that is also aborted when its time is over. Everything that heeds the signal ends then; work that does
 * not is given up 1.5 s later.
 *
 * @throws the error of `timedOut`, whatever error the aborted work ends with.
 * @example `await withinTime({ signal, timeoutMs: 60_000, timedOut }, (signal) => pull(image, signal))`
 */
export async function withinTime<Result>(
  { signal, timeoutMs, timedOut }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (timeoutMs === undefined) return work(signal);
  const over = new AbortController();
  const givenUp = Promise.withResolvers<never>();
  let grace: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    over.abort(timedOut(timeoutMs));
    grace = setTimeout(() => givenUp.reject(over.signal.reason), graceMs);
  }, timeoutMs);
  try {
    return await Promise.race([work(AbortSignal.any([signal, over.signal])), givenUp.promise]);
  } catch (error) {
    throw over.signal.aborted && !signal.aborted ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}
