import type { Env } from "../../env/apply.ts";
import type { Logger } from "../../logger/logger.ts";

/** A tool to run, with its arguments and options. */
export interface ToolCall extends RunOptions {
  readonly tool: string;
  readonly args: readonly string[];
}

/** A running tool, with its output and its end. */
export interface RunningTool {
  readonly stdout: AsyncIterable<Uint8Array> | null;
  readonly stderr: AsyncIterable<Uint8Array> | null;
  readonly ending: Promise<Ending>;
  /** Ends the tool and its child processes: first with the signal, then with SIGKILL. */
  end?(): void;
  /**
   * Releases the ended tool, so that this process does not wait for background processes of the
   * tool.
   */
  release?(): void;
}

/** The way in which a tool ended: an exit code or a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The working directory and environment of a tool. */
export interface ToolEnvironment {
  readonly cwd: string;
  readonly env: Env;
}

/** Options for running a tool. */
export interface RunOptions {
  /** The working directory, relative to the app directory. Default: the app directory. */
  readonly cwd?: string;
  /** Variables to add to the environment; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The text of the tool's standard input. Default: empty. */
  readonly input?: string | Uint8Array;
  /**
   * `"log"` (default) writes the output to the log, line by line. `"capture"` returns standard
   * output and logs standard error. `"capture-both"` returns both. If a captured stream has more
   * than 64 MiB, the error is TOOL_OUTPUT_TOO_LARGE.
   */
  readonly output?: "log" | "capture" | "capture-both";
  /**
   * Called with each line as it is logged or captured, without the newline. A line of more than 64
   * KiB arrives in chunks.
   */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /**
   * The line that is logged before the command runs: a text, such as the command that a user would
   * type, or `false` for none. The debug log always contains the complete command. Default: the
   * command if its output is logged, otherwise none.
   */
  readonly shownAs?: string | false;
  /** Selects the lines to log. Default: all lines. `onLine` receives every line. */
  readonly filterLog?: (line: string, stream: "stdout" | "stderr") => boolean;
  /** Exit codes that are not errors. Default: only 0. */
  readonly allowedExitCodes?: readonly number[];
  /** The timeout in milliseconds, after which the tool is ended with TOOL_TIMED_OUT. Default: none. */
  readonly timeoutMs?: number;
  /** The signal that ends the tool and its child processes on a timeout or abort. Default: SIGTERM. */
  readonly killSignal?: NodeJS.Signals;
  /** The milliseconds between `killSignal` and SIGKILL. Default: 10,000. */
  readonly killAfterMs?: number;
  /** A signal that ends the tool when it is aborted. */
  readonly signal?: AbortSignal;
  /** Texts to hide in the logged command line and output. */
  readonly secrets?: readonly string[];
}

/** The exit code and the captured output of a tool. */
export interface RunResult {
  readonly exitCode: number;
  /** The captured standard output; empty if it was not captured. */
  readonly stdout: string;
  /** The captured standard error; empty if it was not captured. */
  readonly stderr: string;
}

/** The environment variables, working directory and log for tools. */
export interface ToolHost {
  readonly env: Env;
  readonly cwd: string;
  readonly log: Logger;
}
