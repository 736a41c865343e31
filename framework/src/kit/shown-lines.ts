/** The lines of a tool's output that are not logged. */
export interface OmittedLines {
  /** The first line of usage text that the tool prints after a failure. */
  readonly usage: RegExp;
  /** The first line after the usage text. Without it, the usage text is the end of the output. */
  readonly usageEnd?: RegExp;
  /** A pattern of lines that do not help the user, such as download progress. */
  readonly noise: RegExp;
}

/**
 * A function that returns true if the log shows a line of a tool's output. Lines must be passed in
 * the order of the output.
 */
export type Shows = (line: string) => boolean;

/**
 * Creates a function that selects the lines of one run of a tool for the log.
 *
 * @example `const isShown = shownLines({ usage: /^Usage:/, noise: /^Downloading / });`
 */
export function shownLines({ usage, usageEnd, noise }: OmittedLines): Shows {
  let isUsage = false;
  return (line) => {
    isUsage = isUsage ? usageEnd?.test(line) !== true : usage.test(line);
    return !isUsage && !noise.test(line);
  };
}

/**
 * Joins words to a command line, quoted for a shell.
 *
 * @example `quotedLine(["tool", "--name", "two words"]) // "tool --name 'two words'"`
 */
export const quotedLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./~[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
