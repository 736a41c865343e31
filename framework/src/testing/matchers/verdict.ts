/** The result of a matcher. */
export interface Verdict {
  readonly pass: boolean;
  /**
   * The message of a failed assertion. If the matcher passes, it is the message for an assertion
   * with `not`.
   */
  readonly message: string;
  /** The compared values, if their difference is more readable than the message. */
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/**
 * Checks that a value contains the expected one. Objects may have additional fields, but lists may
 * not have additional items.
 */
export type Contains = (actual: unknown, expected: unknown) => boolean;

/**
 * Formats the message of a matcher: `expected the build to have a layer "x"`, or `… not to have …`
 * if the matcher passes.
 */
export const sentence = (pass: boolean, what: string, fact: string): string =>
  pass ? `expected ${what} not to ${fact}` : `expected ${what} to ${fact}`;

/** Formats the lines that follow the first sentence of a message, below a title. */
export const listed = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? `\n${title}: none` : `\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
