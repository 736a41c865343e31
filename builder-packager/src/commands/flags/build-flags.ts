import { InvalidArgumentError } from "commander";

/** Validates a name as pack does: letters, digits, `.` and `-`. */
export function checkedExecEnv(name: string): string {
  if (/^[A-Za-z0-9.-]+$/.test(name)) return name;
  throw new InvalidArgumentError("Only letters, digits, . and - are allowed.");
}

/** Parses a time as pack does, `now` or seconds since 1970, or in RFC 3339. */
export function creationTime(text: string): Date {
  if (text === "now") return new Date();
  const isRfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  const time = new Date(/^\d{1,11}$/.test(text) ? Number(text) * 1000 : isRfc3339 ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError("Use now, seconds since 1970, or a time such as 2026-01-31T12:00:00Z.");
}
