/** The log lines about building the app, with the reason. */
export const buildLines = (log: readonly string[]): readonly string[] =>
  log.filter((line) => /^(?:Building with|Keeping what) /.test(line));
