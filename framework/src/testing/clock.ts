import type { Clock } from "../runtime/ports.ts";

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Lets time pass. */
  advance(ms: number): void;
}

/** One second after the moment that files of an image have: what a build prints about time is the same in every year. */
export const defaultTime = "1980-01-01T00:00:01Z";

/**
 * A clock for a test, standing at a date (default 1980-01-01T00:00:01Z) until `advance(ms)`.
 *
 * @example
 * ```ts
 * const clock = fakeClock("2027-05-01");
 * await build(buildpack, { clock, commands: { npm: () => clock.advance(1500) } }); // prints "done in 1.5 s"
 * ```
 */
export function fakeClock(start: string | Date = defaultTime): FakeClock {
  let time = new Date(start).getTime();
  if (Number.isNaN(time)) throw new RangeError(`${JSON.stringify(start)} is not a date`);
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}
