import {
  abortError,
  checkDelay,
  checkOptions,
  delay,
  immediately,
  setInterval as startInterval,
  type TimerOptions,
} from "./timers.ts";

/** `node:timers/promises`. */

export { delay as setTimeout, immediately as setImmediate };

/**
 * Yields the value once for each elapsed interval, including intervals that elapse while the
 * consumer is busy.
 */
export async function* setInterval<T>(
  ms?: number,
  value?: T,
  options: TimerOptions = {},
): AsyncGenerator<T, void, void> {
  checkDelay(ms);
  const { signal, ref = true } = checkOptions(options);
  if (signal?.aborted) {
    throw abortError(signal);
  }
  let passed = 0;
  let wake: () => void = () => {};
  const timer = startInterval(() => {
    passed++;
    wake();
  }, ms);
  if (!ref) {
    timer.unref();
  }
  const abort = (): void => wake();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      if (passed === 0 && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal?.aborted) {
        throw abortError(signal);
      }
      for (; passed > 0; passed--) {
        yield value as T;
      }
    }
  } finally {
    timer.close();
    signal?.removeEventListener("abort", abort);
  }
}

export const scheduler = {
  wait: (ms: number, options?: TimerOptions): Promise<void> => delay(ms, undefined, options),
  yield: (): Promise<void> => immediately(),
};

export default { setTimeout: delay, setImmediate: immediately, setInterval, scheduler };
