/**
 * The output for progress. Results go to stdout, progress to stderr; a library function never
 * prints by itself.
 */
export interface Reporter {
  /** A step of the work begins, for example `Building nodejs`. */
  step(text: string): void;
  /** A fact about the current step. */
  info(text: string): void;
  /** Warns the user without stopping the work. */
  warn(text: string): void;
  /** Shown with `--verbose` only. */
  debug(text: string): void;
  /** Output of a tool, line by line, without the line end. */
  output(line: string): void;
  /** The progress of the current step, replacing the last one; undefined at its end. */
  progress?(text: string | undefined): void;
}

/** Says nothing. For libraries and tests. */
export const silentReporter: Reporter = { step() {}, info() {}, warn() {}, debug() {}, output() {} };

/**
 * Records the lines of a reporter, for tests.
 *
 * @example `const reporter = recordingReporter()`
 */
export function recordingReporter(): Reporter & { readonly lines: string[] } {
  const lines: string[] = [];
  const record = (kind: string) => (text: string) => void lines.push(`${kind}: ${text}`);
  return {
    lines,
    step: record("step"),
    info: record("info"),
    warn: record("warn"),
    debug: record("debug"),
    output: record("output"),
    progress: (text) => void (text !== undefined && lines.push(`progress: ${text}`)),
  };
}
