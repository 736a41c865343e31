import { stripVTControlCharacters } from "node:util";

/** The error message that a failed buildpack or extension printed. */
export interface ReportedError {
  /**
   * The message with the buildpack's error code, if any: `the app has no start script
   * (NODE_START_MISSING)`.
   */
  readonly message: string;
  readonly hint: string | undefined;
}

/** The maximal length of a reported error or hint. A buildpack may print gigabytes in one line. */
const longestText = 1000;

/**
 * Creates a reader of a program's output that finds the last error in the form of `libcnb`:
 * `ERROR: MESSAGE (CODE)`, then a line `HINT: …`. The error of `cnb` repeats that error, because CI
 * systems show only the last lines of a log.
 */
export function errorReports(): { read(line: string): void; last(): ReportedError | undefined } {
  let found: ReportedError | undefined;
  return {
    read(line) {
      const [, kind, text = ""] =
        /^(ERROR|HINT): (.+)$/.exec(stripVTControlCharacters(line.slice(0, longestText))) ?? [];
      if (kind === "ERROR") found = { message: text, hint: undefined };
      if (kind === "HINT" && found) found = { ...found, hint: text };
    },
    last: () => found,
  };
}

/**
 * Returns the message and hint for a program that failed. If the program printed an error, both
 * include it.
 */
export function failureOf(subject: string, code: number, reported: ReportedError | undefined) {
  const failed = `${subject} failed with exit code ${code}`;
  if (reported === undefined) return { message: failed, hint: "See its output above for the reason." };
  return { message: `${failed}: ${reported.message}`, hint: reported.hint ?? "See its output above for details." };
}
