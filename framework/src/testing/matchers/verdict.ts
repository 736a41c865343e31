/** The result of a matcher. */
export interface Verdict {
  readonly pass: boolean;
  /** The reason of the failure; with `not`, of the unwanted success. */
  readonly message: string;
  /** The compared values, if a difference is more readable than words. */
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/**
 * Checks that a value contains the expectation: objects may have more fields, lists may not have
 * more items.
 */
export type Contains = (actual: unknown, expected: unknown) => boolean;

/** Forms the sentence of a matcher: `the build has a layer "x"`. */
export const sentence = (pass: boolean, what: string, fact: string): string =>
  pass ? `expected ${what} not to ${fact}` : `expected ${what} to ${fact}`;

/** Formats lines below a sentence. */
export const listed = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? `\n${title}: none` : `\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
