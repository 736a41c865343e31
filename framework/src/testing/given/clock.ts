import type { Clock } from "../../runtime/ports.ts";

/** A clock that stands still until it is advanced. */
export interface FakeClock extends Clock {
  /** Advances the clock. */
  advance(ms: number): void;
}

/**
 * One second after the timestamp of files in an image. Times printed by a build are thus
 * independent of the year.
 */
export const defaultTime = "1980-01-01T00:00:01Z";

/**
 * Creates a clock for a test, which stands at a date (default 1980-01-01T00:00:01Z) until
 * `advance(ms)`.
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
