import { InvalidArgumentError } from "commander";

/** As pack: letters, digits, `.` and `-`. */
export function checkedExecEnv(name: string): string {
  if (/^[A-Za-z0-9.-]+$/.test(name)) return name;
  throw new InvalidArgumentError("It has other characters than letters, digits, . and -.");
}
