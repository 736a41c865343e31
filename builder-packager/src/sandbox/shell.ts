/** Quotes a word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Quotes the words of a command line. */
export const quoteAll = (words: readonly string[]): string => words.map(quote).join(" ");
