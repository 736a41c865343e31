/** Joins words to a command line, quoted for a shell. */
export const quotedLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./~[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
