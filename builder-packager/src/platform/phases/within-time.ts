/** The time limit of an operation, with the signal that may end the operation earlier. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** The limit in milliseconds. @default no limit */
  readonly timeoutMs?: number | undefined;
  /** Creates the error for an operation that exceeds its time limit. */
  timedOut(timeoutMs: number): Error;
}

/**
 * The time that aborted work has to remove its files. The next command removes what remains, as
 * after a kill.
 */
const graceMs = 1500;

/**
 * Runs an operation with a time limit, after which the operation's signal is aborted. If the
 * operation has not ended 1.5 s later, this function no longer waits for it.
 *
 * @throws the error of `timedOut`, regardless of the error of the aborted operation.
 * @example `await withinTime({ signal, timeoutMs: 60_000, timedOut }, (signal) => pull(image,
 * signal))`
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
