import { InvalidArgumentError } from "commander";

/** As pack: letters, digits, `.` and `-`. */
export function checkedExecEnv(name: string): string {
  if (/^[A-Za-z0-9.-]+$/.test(name)) return name;
  throw new InvalidArgumentError("Only letters, digits, . and - are allowed.");
}

/** As pack: `now` or seconds since 1970; and a time as RFC 3339 writes it. */
export function creationTime(text: string): Date {
  if (text === "now") return new Date();
  const isRfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  const time = new Date(/^\d{1,11}$/.test(text) ? Number(text) * 1000 : isRfc3339 ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError("Use now, seconds since 1970, or a time such as 2026-01-31T12:00:00Z.");
}
