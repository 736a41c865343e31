import { commandLine, shownLine } from "./command-line.ts";
import { startTool } from "./start-tool.ts";
import type { RunningTool, RunResult, ToolCall, ToolHost } from "./tool.ts";
import { toolFailed, toolTimedOut } from "./tool-errors.ts";
import { type ToolOutput, toolOutput } from "./tool-output.ts";

// A process that a tool left behind holds its output open: what the tool itself said has arrived by then.
const lingerMs = 1_000;

/** Runs a tool and waits for its end. `start` starts the tool; tests replace it. */
export async function runTool(host: ToolHost, call: ToolCall, start = startTool): Promise<RunResult> {
  call.signal?.throwIfAborted();
  announce(host, call);
  const tool = start(host, call);
  const stop = stopper(tool);
  const output = toolOutput(host.log, call, tool, stop.because);
  const relax = watch(call, output, stop.because);
  const ending = await tool.ending.finally(relax);
  await atMost(lingerMs, output.ended);
  tool.release?.();
  if (stop.reason !== undefined) throw stop.reason.error;
  const exitCode = ending.code ?? 0;
  if (ending.signal === null && [0, ...(call.allowedExitCodes ?? [])].includes(exitCode))
    return { exitCode, ...output.captured() };
  throw toolFailed(call, ending, output.tail());
}

function announce({ log }: ToolHost, call: ToolCall): void {
  const [whole, shown] = [commandLine(call), shownLine(call)];
  if (shown !== undefined) log.info(`$ ${shown}`);
  if (shown !== whole) log.debug(`$ ${whole}`);
}

interface Stopper {
  readonly reason: { readonly error: unknown } | undefined;
  because(error: unknown): void;
}

/** Ends a tool once, for the first reason. */
function stopper(tool: RunningTool): Stopper {
  let reason: Stopper["reason"];
  return {
    get reason() {
      return reason;
    },
    because(error) {
      reason ??= { error };
      tool.end?.();
    },
  };
}

/** Stops a tool at its timeout or on an abort. Returns a function that ends the watch. */
function watch(call: ToolCall, output: ToolOutput, stop: (error: unknown) => void): () => void {
  const { signal, timeoutMs } = call;
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop(toolTimedOut(call, output.tail())), timeoutMs);
  const abort = () => stop(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([work, time]);
  clearTimeout(timer);
}
