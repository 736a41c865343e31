import type { Env } from "../env/apply.ts";
import type { Logger } from "../logger/logger.ts";

/** How a tool is run. */
export interface RunOptions {
  /** Where it runs; relative to the application directory. Default: the application directory. */
  readonly cwd?: string;
  /** Variables on top of the environment; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for its standard input. Default: nothing. */
  readonly input?: string;
  /** `"log"` (default) shows its standard output in the log line by line, `"capture"` gives it back. Standard error goes to the log. */
  readonly output?: "log" | "capture";
  /** Exit codes that are no error. Default: only 0. */
  readonly allowedExitCodes?: readonly number[];
  readonly signal?: AbortSignal;
}

/** How a tool ended. */
export interface RunResult {
  readonly exitCode: number;
  /** With `output: "capture"`: its standard output. */
  readonly stdout: string;
}

/**
 * Runs a tool; rejects with TOOL_NOT_FOUND, or with TOOL_FAILED and the last lines of its output.
 *
 * @example `await run("npm", ["ci", "--omit=dev"])`
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
