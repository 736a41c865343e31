/**
 * Receives the progress of an operation. `cnb` prints progress to stderr, and results to stdout.
 * Library functions print only through a reporter.
 */
export interface Reporter {
  /** Reports that a step begins, for example `Building nodejs`. */
  step(text: string): void;
  /** Reports a fact about the current step. */
  info(text: string): void;
  /** Warns the user without stopping the work. */
  warn(text: string): void;
  /** Reports a detail, which is only shown with `--verbose`. */
  debug(text: string): void;
  /** Reports a line of a tool's output, without the line end. */
  output(line: string): void;
  /**
   * Reports the progress of the current step, and replaces the previous report; undefined at the
   * end.
   */
  progress?(text: string | undefined): void;
}

/** A reporter that prints nothing, for libraries and tests. */
export const silentReporter: Reporter = { step() {}, info() {}, warn() {}, debug() {}, output() {} };

/**
 * Creates a reporter that records its lines, for tests.
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
