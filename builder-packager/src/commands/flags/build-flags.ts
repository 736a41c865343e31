import { InvalidArgumentError } from "commander";

/**
 * Validates the name of an execution environment as pack does: letters, digits, `.` and `-` are
 * allowed.
 */
export function checkedExecEnv(name: string): string {
  if (/^[A-Za-z0-9.-]+$/.test(name)) return name;
  throw new InvalidArgumentError(
    'The name of an execution environment may contain only letters, digits, "." and "-", for example test.',
  );
}

/**
 * Parses the value of `--creation-time` as pack does: `now`, seconds since 1970, or a time in RFC
 * 3339.
 */
export function creationTime(text: string): Date {
  if (text === "now") return new Date();
  if (/^\d{1,11}$/.test(text)) return new Date(Number(text) * 1000);
  const isRfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  const time = new Date(text);
  if (isRfc3339 && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('Use "now", a number of seconds since 1970, or a time such as 2026-01-31T12:00:00Z.');
}
