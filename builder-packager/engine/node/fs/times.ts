import { invalidArgType } from "../errors.ts";

export type TimeLike = string | number | Date;

/** Converts a time to seconds, as Node.js does. Numbers and strings are already in seconds. */
export function timeOf(time: unknown): number {
  if (typeof time === "string" && Number.isFinite(Number(time))) {
    return Number(time);
  }
  if (typeof time === "number" && Number.isFinite(time)) {
    return time < 0 ? Date.now() / 1000 : time;
  }
  if (time instanceof Date) {
    return time.getTime() / 1000;
  }
  throw invalidArgType("time", "an instance of Date or an Time in seconds", time);
}
