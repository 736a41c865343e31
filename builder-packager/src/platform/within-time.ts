import { CnbError } from "../errors.ts";

/**
 * Gives work a signal that is also aborted when its time is over. Everything that it started ends then.
 *
 * @throws CnbError BUILD_TIMED_OUT, whatever the work said when it was ended.
 */
export async function withinTime<Result>(
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (timeoutMs === undefined) return work(signal);
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(timedOut(timeoutMs)), timeoutMs);
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } catch (error) {
    throw over.signal.aborted && !signal.aborted ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

const timedOut = (timeoutMs: number): CnbError =>
  new CnbError("BUILD_TIMED_OUT", `the build was ended: it took longer than ${timeoutMs / 1000} s`, {
    hint: "Give it more time with --timeout, or find out with --verbose what takes so long.",
  });
