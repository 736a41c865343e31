/** Where progress goes. Results go to stdout, progress to stderr; a library function never prints by itself. */
export interface Reporter {
  /** A step of the work begins, for example `Building nodejs`. */
  step(text: string): void;
  /** A fact about the current step. */
  info(text: string): void;
  /** Something the user should know although the work goes on. */
  warn(text: string): void;
  /** Shown with `--verbose` only. */
  debug(text: string): void;
  /** Output of a tool, line by line, without the line end. */
  output(line: string): void;
  /** How far the current step is, in place of what was said of it before; undefined when that is over. */
  progress?(text: string | undefined): void;
}

/** Says nothing. For libraries and tests. */
export const silentReporter: Reporter = { step() {}, info() {}, warn() {}, debug() {}, output() {} };

/**
 * Keeps what was said, one line each, for tests.
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
