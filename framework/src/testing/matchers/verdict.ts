/** What a matcher finds. */
export interface Verdict {
  readonly pass: boolean;
  /** Why it failed, or, with `not`, why it should have. */
  readonly message: string;
  /** What is compared, where a difference says more than words. */
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** Whether something has all that is expected of it: objects may have more, lists may not. */
export type Contains = (actual: unknown, expected: unknown) => boolean;

/** The sentences of a matcher: `the build has a layer "x"`. */
export const sentence = (pass: boolean, what: string, fact: string): string =>
  pass ? `expected ${what} not to ${fact}` : `expected ${what} to ${fact}`;

/** Lines below a sentence. */
export const listed = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? `\n${title}: none` : `\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
