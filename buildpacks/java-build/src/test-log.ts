/** Whether and why the log says that the app was built. */
export const buildLines = (log: readonly string[]): readonly string[] =>
  log.filter((line) => /^(?:Building with|Keeping what) /.test(line));
