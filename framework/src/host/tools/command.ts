import type { RunOptions, RunResult, ToolHost } from "./tool.ts";

/**
 * Runs a tool and waits for its end. Rejects with TOOL_NOT_FOUND, TOOL_NOT_STARTED, TOOL_TIMED_OUT,
 * TOOL_OUTPUT_TOO_LARGE, or TOOL_FAILED with the last lines of the tool's output. The function does
 * not wait for background processes of the tool, which end with the phase.
 *
 * @example `await run("npm", ["ci", "--omit=dev"], { timeoutMs: 600_000 })`
 */
export type RunTool = (tool: string, args?: readonly string[], options?: RunOptions) => Promise<RunResult>;

/**
 * Creates a function that runs tools with an environment. In `build`, use the context's `run`
 * instead.
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
