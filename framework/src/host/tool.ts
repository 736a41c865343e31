import type { Env } from "../env/apply.ts";
import type { RunOptions } from "./command.ts";

/** A tool with its arguments. */
export interface ToolCall extends RunOptions {
  readonly tool: string;
  readonly args: readonly string[];
}

/** A tool that runs: what it says as it says it, and how it ends. */
export interface RunningTool {
  readonly stdout: AsyncIterable<Uint8Array> | null;
  readonly stderr: AsyncIterable<Uint8Array> | null;
  readonly ending: Promise<Ending>;
  /** Ends it with what it started: asks first, then forces. */
  end?(): void;
  /** It has ended; what it left behind keeps nobody waiting. */
  release?(): void;
}

/** How a tool ended: by itself with a code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Where and with what environment a tool runs. */
export interface ToolPlace {
  readonly cwd: string;
  readonly env: Env;
}
