/** Where durations come from; tests have one that stands still. */
export interface Clock {
  /** Milliseconds since a moment that stays the same. */
  now(): number;
}

/** The computer's clock, which no change of the time of day moves. */
export const systemClock: Clock = { now: () => performance.now() };

/** A duration for people: `450 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
