/** The log lines that say whether the app is built, and why. */
export const buildLines = (log: readonly string[]): readonly string[] =>
  log.filter((line) => /^(?:Building with|Reusing the result) /.test(line));
