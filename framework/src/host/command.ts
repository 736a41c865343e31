import type { Env } from "../env/apply.ts";
import type { Logger } from "../logger/logger.ts";

/** How a tool is run. */
export interface RunOptions {
  /** Where it runs; relative to the application directory. Default: the application directory. */
  readonly cwd?: string;
  /** Variables on top of the environment; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads from its standard input. Default: nothing. */
  readonly input?: string | Uint8Array;
  /**
   * `"log"` (default) shows its output in the log line by line, `"capture"` gives its standard output back and shows its standard error,
   * `"capture-both"` gives both back. At most 64 MiB each, else TOOL_OUTPUT_TOO_LARGE.
   */
  readonly output?: "log" | "capture" | "capture-both";
  /** Gets each line as it is printed, shown or captured, without line end; a line of more than 64 KiB comes in pieces. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /**
   * The line of the log that names the command before it runs: a text, such as what a user types to run the same, or `false` for none. Details for
   * debugging always have the whole command. Default: the command if the log shows its output, otherwise none.
   */
  readonly shownAs?: string | false;
  /** Which lines the log shows, of those that it would show otherwise. Default: all. `onLine` gets each. */
  readonly shows?: (line: string, stream: "stdout" | "stderr") => boolean;
  /** Exit codes that are no error. Default: only 0. */
  readonly allowedExitCodes?: readonly number[];
  /** Milliseconds after which it is ended, with TOOL_TIMED_OUT. Default: it may take as long as it likes. */
  readonly timeoutMs?: number;
  /** The signal that ends it, and all it started, when it takes too long or is not wanted any more. Default: SIGTERM. */
  readonly killSignal?: NodeJS.Signals;
  /** Milliseconds from then until it is killed. Default: 10 000. */
  readonly killAfterMs?: number;
  /** Ends it when it is not wanted any more. */
  readonly signal?: AbortSignal;
  /** Texts that are hidden wherever its command line or its output are shown. */
  readonly secrets?: readonly string[];
}

/** How a tool ended. */
export interface RunResult {
  readonly exitCode: number;
  /** Its standard output, if captured; else empty. */
  readonly stdout: string;
  /** Its standard error, if captured; else empty. */
  readonly stderr: string;
}

/**
 * Runs a tool to its end; rejects with TOOL_NOT_FOUND, TOOL_NOT_STARTED, TOOL_TIMED_OUT, or TOOL_FAILED with the last lines of its output.
 * What it leaves running in the background keeps nobody waiting, and ends with the phase.
 *
 * @example `await run("npm", ["ci", "--omit=dev"], { timeoutMs: 600_000 })`
 */
export type RunTool = (tool: string, args?: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** Where tools run. */
export interface ToolHost {
  readonly env: Env;
  readonly cwd: string;
  readonly log: Logger;
}

/**
 * A runner of tools with such an environment. In `build` the context has one ready: use that.
 *
 * @example `await run({ env, cwd: app.dir, log })("npm", ["ci"])`
 */
export function run(host: ToolHost): RunTool {
  return async (tool, args = [], options = {}) => {
    // loaded late: detect starts no tools
    const { runTool } = await import("./run-tool.ts");
    return runTool(host, { tool, args, ...options });
  };
}
