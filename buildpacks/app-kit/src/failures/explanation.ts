/** The text of an error. Words in capitals are placeholders: see `filled`. */
export interface Explanation {
  /** When it comes, for the documentation. */
  readonly when: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Replaces the placeholders with facts about the failure: `filled("run INSTALL", { INSTALL: "npm
 * install" })`.
 */
export const filled = (text: string, words: Readonly<Record<string, string>>): string =>
  text.replace(/\b[A-Z_]+\b/g, (word) => (Object.hasOwn(words, word) ? (words[word] ?? word) : word));
