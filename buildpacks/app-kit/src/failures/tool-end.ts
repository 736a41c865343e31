/** The way in which a tool ended. The tool installs packages, or runs a program of the app. */
export interface ToolEnd {
  /** The exit code; `undefined` if a signal ended the tool. */
  readonly exitCode: number | undefined;
  readonly signal?: string | undefined;
  /** The tool's name in the log, such as `npm`. Default: `the tool`. */
  readonly tool?: string;
  /**
   * The tool's standard output and standard error in order. Only the end of a long output is kept.
   */
  readonly output: string;
}

/** Describes how a tool ended, for a message: `exit code 1`, `SIGTERM`. */
export const ending = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): string =>
  signal === undefined ? `exit code ${exitCode ?? "unknown"}` : signal;

/**
 * True if the tool was killed. A shell reports SIGKILL as exit code 137. In a build, the usual
 * cause is a kernel that is out of memory.
 */
export const isKilled = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): boolean =>
  exitCode === 137 || signal === "SIGKILL";

/**
 * True if a signal ended the tool. A shell reports that as an exit code of 128 plus the number of
 * the signal.
 */
export const isSignalled = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): boolean =>
  signal !== undefined || (exitCode !== undefined && exitCode > 128 && exitCode < 160);
