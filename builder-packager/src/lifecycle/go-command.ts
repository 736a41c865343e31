import { spawn } from "node:child_process";
import { lineSplitter } from "../text/line-splitter.ts";

export interface GoOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Called with each line of standard error while the command runs. */
  readonly onLine: (line: string) => void;
}

/**
 * The error for a `go` command that could not be started, or that ended with a non-zero exit code.
 */
export class GoCommandError extends Error {
  override readonly name = "GoCommandError";
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/**
 * The number of error lines to keep, because Go repeats the same reason for every affected file.
 */
const keptLines = 3;

/**
 * Runs the host's `go` with the host's own settings and returns its standard output.
 *
 * @example `await runGo(["env", "GOVERSION"], { cwd: ".", env: process.env, signal, onLine() {} })`
 */
export async function runGo(args: readonly string[], options: GoOptions): Promise<string> {
  const stderr: string[] = [];
  const child = spawn("go", args, {
    cwd: options.cwd,
    env: options.env,
    signal: options.signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => void stdout.push(chunk));
  const lines = lineSplitter((line) => {
    stderr.push(line);
    options.onLine(line);
  });
  child.stderr.on("data", lines.add).on("end", lines.end);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (error) => reject(startError(error)));
    child.on("close", resolve);
  });
  const output = Buffer.concat(stdout).toString("utf8");
  if (code === 0) return output;
  throw new GoCommandError(`go ${args[0]} failed: ${reasonIn(stderr)}`, output);
}

const startError = (error: NodeJS.ErrnoException): Error =>
  error.code === "ENOENT" ? new GoCommandError("the go command is not in any directory of PATH", "") : error;

function reasonIn(stderr: readonly string[]): string {
  const lines = stderr.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("go: downloading"));
  return [...new Set(lines)].slice(0, keptLines).join("; ") || "it printed no error";
}
