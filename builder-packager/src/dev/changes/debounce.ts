/** The times for collecting changes before they are handled. */
export interface DebounceTimes {
  /** The time in milliseconds without an event that ends a burst. */
  readonly quietMs: number;
  /** The time in milliseconds after which a burst that does not end is handled. */
  readonly maxMs: number;
}

/** Collects bursts of events, and calls a function once for each burst. */
export interface Debounce {
  /** Reports an event. */
  trigger(): void;
  /** Forgets the events of the current burst. */
  cancel(): void;
}

/**
 * Calls `run` once for each burst of events, with the time of the burst's first event on the clock
 * of `performance.now()`. Bursts are normal: an editor changes several files at once, and
 * `git checkout` changes thousands.
 */
export function debounce({ quietMs, maxMs }: DebounceTimes, run: (sinceMs: number) => void): Debounce {
  let timer: NodeJS.Timeout | undefined;
  let sinceMs: number | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    sinceMs = undefined;
  };
  return {
    cancel,
    trigger() {
      const now = performance.now();
      sinceMs ??= now;
      const first = sinceMs;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          cancel();
          run(first);
        },
        Math.max(0, Math.min(quietMs, first + maxMs - now)),
      );
    },
  };
}
