import { stripVTControlCharacters } from "node:util";

/** An error in the words of the buildpack or extension that failed. */
export interface ReportedError {
  /**
   * The message with the buildpack's error code, if any: `the app has no start script
   * (NODE_START_MISSING)`.
   */
  readonly message: string;
  readonly hint: string | undefined;
}

/** Of what a buildpack reports; it may print gigabytes in one line. */
const longestText = 1000;

/**
 * Finds the last error that a program reports in its output, as `libcnb` prints errors: `ERROR: MESSAGE (CODE)`, then a line
 * `HINT: …`. CI systems show the last lines of a log; with it they name the cause, in place of an exit code.
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

/** The error that a program printed, if any. */
export function failureOf(subject: string, code: number, reported: ReportedError | undefined) {
  const failed = `${subject} failed with exit code ${code}`;
  if (reported === undefined) return { message: failed, hint: "Its output above says why." };
  return { message: `${failed}: ${reported.message}`, hint: reported.hint ?? "Its output above says more." };
}
