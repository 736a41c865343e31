import type { Env } from "../../env/apply.ts";
import type { RunOptions } from "./command.ts";

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
export interface ToolPlace {
  readonly cwd: string;
  readonly env: Env;
}
