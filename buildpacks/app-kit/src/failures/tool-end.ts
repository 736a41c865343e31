/** How a tool ended that was to install packages or to run a program of the app. */
export interface ToolEnd {
  /** `undefined` if a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal?: string | undefined;
  /** Its name as the log has it, such as `npm`. Default: `it`. */
  readonly tool?: string;
  /** What it printed, on standard output and standard error as it came; of much, the end. */
  readonly output: string;
}

/** The end in words: `exit code 1`, `SIGTERM`. */
export const ending = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): string =>
  signal === undefined ? `exit code ${exitCode ?? "unknown"}` : signal;

/** Whether it was killed. 137 is SIGKILL as a shell tells it: of a build nobody else sends it than a kernel that needs the memory. */
export const isKilled = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): boolean =>
  exitCode === 137 || signal === "SIGKILL";
