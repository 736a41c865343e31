import type { Env } from "../../env/apply.ts";
import type { Logger } from "../../logger/logger.ts";

/** A tool with its arguments. */
export interface ToolCall extends RunOptions {
  readonly tool: string;
  readonly args: readonly string[];
}

/** A running tool: its output as it arrives, and its end. */
export interface RunningTool {
  readonly stdout: AsyncIterable<Uint8Array> | null;
  readonly stderr: AsyncIterable<Uint8Array> | null;
  readonly ending: Promise<Ending>;
  /** Ends the tool and its child processes: first by the signal, then by force. */
  end?(): void;
  /** Releases the ended tool; its background processes do not block. */
  release?(): void;
}

/** The end of a tool: by an exit code or a signal. */
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
  /** Variables added to the environment; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The tool's standard input. Default: empty. */
  readonly input?: string | Uint8Array;
  /**
   * `"log"` (default) shows the output in the log line by line, `"capture"` returns standard output
   * and logs standard error, `"capture-both"` returns both. At most 64 MiB each, or else
   * TOOL_OUTPUT_TOO_LARGE.
   */
  readonly output?: "log" | "capture" | "capture-both";
  /**
   * Receives each line as it is printed, logged or captured, without newline; a line of more than
   * 64 KiB arrives in chunks.
   */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /**
   * The log line before the command runs: a text, such as the command a user would type, or `false`
   * for none. The debug log always has the whole command. Default: the command if the log shows its
   * output, otherwise none.
   */
  readonly shownAs?: string | false;
  /** Selects the lines to log. Default: all. `onLine` receives every line. */
  readonly shows?: (line: string, stream: "stdout" | "stderr") => boolean;
  /** Exit codes that are not errors. Default: only 0. */
  readonly allowedExitCodes?: readonly number[];
  /** The timeout in milliseconds, after which the tool is ended with TOOL_TIMED_OUT. Default: none. */
  readonly timeoutMs?: number;
  /** The signal that ends the tool and its child processes on a timeout or abort. Default: SIGTERM. */
  readonly killSignal?: NodeJS.Signals;
  /** Milliseconds from `killSignal` to SIGKILL. Default: 10,000. */
  readonly killAfterMs?: number;
  /** Aborts the tool. */
  readonly signal?: AbortSignal;
  /** Texts to hide in the logged command line and output. */
  readonly secrets?: readonly string[];
}

/** The result of a tool. */
export interface RunResult {
  readonly exitCode: number;
  /** The captured standard output, or else empty. */
  readonly stdout: string;
  /** The captured standard error, or else empty. */
  readonly stderr: string;
}

/** The host of tools. */
export interface ToolHost {
  readonly env: Env;
  readonly cwd: string;
  readonly log: Logger;
}
