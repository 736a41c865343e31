/** The source of the current time. In tests, the clock only advances on request. */
export interface Clock {
  /** The current time in milliseconds since 1970. */
  now(): number;
}

/** Formats a duration: `450 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
