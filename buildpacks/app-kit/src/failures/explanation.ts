/** What an error says. Words in capitals stand for what differs: see `filled`. */
export interface Explanation {
  /** When it comes, for the documentation. */
  readonly when: string;
  readonly message: string;
  readonly hint: string;
}

/** The text with what is known of a failure in place of the words in capitals: `filled("run INSTALL", { INSTALL: "npm install" })`. */
export const filled = (text: string, words: Readonly<Record<string, string>>): string =>
  text.replace(/\b[A-Z_]+\b/g, (word) => (Object.hasOwn(words, word) ? (words[word] ?? word) : word));
