import { basename } from "node:path";
import { LibcnbError, type UserError } from "../errors.ts";
import type { RunTool } from "../host/tools/command.ts";
import type { RunOptions } from "../host/tools/tool.ts";
import type { ToolEnd } from "./tool-end.ts";

/** A command and the options for running it. */
export interface Call {
  readonly command: readonly [tool: string, ...args: string[]];
  readonly options: Omit<RunOptions, "output" | "onLine" | "allowedExitCodes">;
}

/**
 * Runs a tool and sends its output to the log. A failure of the tool ends the build with the error
 * from `explain`. If the tool cannot be started or takes too long, the build ends with the
 * framework's error.
 *
 * @example `await runExplained(run, { command: ["tool", "install"], options: {} }, (end) => new UserError("TOOL_FAILED", "tool failed", { cause: maskSecrets(end.output) }));`
 */
export async function runExplained(
  run: RunTool,
  { command: [tool, ...args], options }: Call,
  explain: (end: ToolEnd) => UserError,
): Promise<void> {
  const lines: string[] = [];
  const onLine = (line: string) => {
    if (lines.push(line) > 2 * keptLines) lines.splice(0, keptLines);
  };
  const end = await run(tool, args, { ...options, onLine, allowedExitCodes }).catch(signalled);
  if (end.exitCode === 0) return;
  const [name = tool] = (options.shownAs || tool).split(" ");
  throw explain({ ...end, tool: basename(name), output: hidden(lines.join("\n"), options.secrets) });
}

const hidden = (output: string, secrets: readonly string[] = []): string =>
  secrets.filter((secret) => secret !== "").reduce((rest, secret) => rest.replaceAll(secret, "***"), output);

// Tools report a failure at the end. Some print each installed package before.
const keptLines = 2_000;

const allowedExitCodes: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

function signalled(error: unknown): Pick<ToolEnd, "exitCode" | "signal"> {
  const signal =
    error instanceof LibcnbError && error.code === "TOOL_FAILED" ? /was killed by (SIG\w+)/.exec(error.message) : null;
  if (signal === null) throw error;
  return { exitCode: undefined, signal: signal[1] };
}
