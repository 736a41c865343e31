import type { Logger } from "../../logger/logger.ts";
import { plainLine } from "../../printable.ts";
import { maskedLine } from "./command-line.ts";
import { lineReader } from "./lines.ts";
import type { RunningTool, ToolCall } from "./tool.ts";
import { toolOutputTooLarge } from "./tool-errors.ts";

/** The output of a running tool, which is logged or captured. */
export interface ToolOutput {
  /** Resolves when both streams have ended. */
  readonly ended: Promise<unknown>;
  /** The output captured so far. */
  captured(): { readonly stdout: string; readonly stderr: string };
  /**
   * Returns the last lines of the output for an error; undefined if the log already shows output.
   */
  tail(): readonly string[] | undefined;
}

type StreamName = "stdout" | "stderr";

// The number of lines in an error: the reason is usually at the end of the output.
const shownLines = 20;

// Far above any list or manifest that a tool prints for another one.
const maxCapturedBytes = 64 * 1024 * 1024;

/**
 * Logs and captures a tool's output as it arrives. If this fails, `stop` is called to end the tool.
 */
export function toolOutput(log: Logger, call: ToolCall, tool: RunningTool, stop: (error: unknown) => void): ToolOutput {
  const hidden = lastOf<string>(shownLines);
  const lines = withoutBlankEnds((line) => log.output(line));
  let isAnyShown = false;
  const captured = { stdout: capture(call, "stdout"), stderr: capture(call, "stderr") };
  const listen = (name: StreamName) => {
    const keep = captured[name];
    const onLine = (line: string) => {
      const isShown = keep === undefined && call.filterLog?.(line, name) !== false;
      if (isShown) lines(maskedLine(line, call.secrets));
      else hidden.push(line);
      isAnyShown ||= isShown;
      call.onLine?.(line, name);
    };
    return readInto(tool[name], { onLine, keep, secrets: call.secrets }).catch(stop);
  };
  return {
    ended: Promise.all([listen("stdout"), listen("stderr")]),
    captured: () => ({ stdout: captured.stdout?.text() ?? "", stderr: captured.stderr?.text() ?? "" }),
    tail: () => (isAnyShown ? undefined : hidden.items),
  };
}

/** Omits blank lines at the beginning and the end of an output, and all but one within it. */
function withoutBlankEnds(show: (line: string) => void): (line: string) => void {
  let [isAnyShown, isBlankDue] = [false, false];
  return (line) => {
    if (plainLine(line).trim() === "") {
      isBlankDue = isAnyShown;
      return;
    }
    if (isBlankDue) show("");
    [isAnyShown, isBlankDue] = [true, false];
    show(line);
  };
}

interface Capture {
  add(chunk: Uint8Array): void;
  text(): string;
}

function capture(call: ToolCall, name: StreamName): Capture | undefined {
  if (call.output !== "capture-both" && !(call.output === "capture" && name === "stdout")) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  return {
    add(chunk) {
      bytes += chunk.length;
      if (bytes > maxCapturedBytes) throw toolOutputTooLarge(call, maxCapturedBytes);
      chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}

interface Reading {
  onLine(line: string): void;
  readonly keep: Capture | undefined;
  readonly secrets: readonly string[] | undefined;
}

async function readInto(stream: RunningTool["stdout"], { onLine, keep, secrets }: Reading): Promise<void> {
  const lines = lineReader(onLine, secrets);
  for await (const chunk of stream ?? []) {
    keep?.add(chunk);
    lines.write(chunk);
  }
  lines.end();
}

function lastOf<T>(count: number): { readonly items: readonly T[]; push(item: T): void } {
  const items: T[] = [];
  const push = (item: T) => {
    if (items.push(item) > count) items.shift();
  };
  return { items, push };
}
