/** The end of a tool that installs packages or runs a program of the app. */
export interface ToolEnd {
  /** `undefined` if a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal?: string | undefined;
  /** Its name in the log, such as `npm`. Default: `it`. */
  readonly tool?: string;
  /** The standard output and standard error in order; only the end of a long output. */
  readonly output: string;
}

/** The end in words: `exit code 1`, `SIGTERM`. */
export const ending = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): string =>
  signal === undefined ? `exit code ${exitCode ?? "unknown"}` : signal;

/**
 * True if it was killed. 137 is SIGKILL in a shell; in a build it usually comes from a kernel that
 * is out of memory.
 */
export const isKilled = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): boolean =>
  exitCode === 137 || signal === "SIGKILL";
