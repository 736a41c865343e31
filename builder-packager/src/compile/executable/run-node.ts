import { spawn } from "node:child_process";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";

export interface RunNodeOptions {
  /** The path of the working directory, which only the compiler uses. */
  readonly workDir: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** The time limit in milliseconds, far longer than any step takes. */
const timeout = 60_000;

/**
 * Runs a step of the compiler in its own Node.js process.
 *
 * @throws CnbError COMPILE_FAILED with the output of the process.
 */
export function runNode(node: string, args: readonly string[], options: RunNodeOptions): Promise<void> {
  const { workDir, env = {}, signal } = options;
  return new Promise((resolve, reject) => {
    // No other environment: neither NODE_OPTIONS nor NODE_COMPILE_CACHE of the caller takes part.
    const child = spawn(node, args, { cwd: workDir, env, stdio: ["ignore", "pipe", "pipe"], signal, timeout });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("error", reject);
    child.on("close", (exitCode, killedBy) => {
      if (exitCode === 0) resolve();
      else reject(stepError(node, exitCode ?? killedBy, Buffer.concat(output).toString("utf8")));
    });
  });
}

const stepError = (node: string, end: number | string | null, output: string): CnbError<"COMPILE_FAILED"> =>
  new CnbError(
    "COMPILE_FAILED",
    `${node} could not prepare the executable: it ended with ${typeof end === "number" ? "exit code" : "signal"} ${end}`,
    {
      ...defined({ cause: output.trim() === "" ? undefined : new Error(output.trim()) }),
      hint:
        typeof end === "number"
          ? "Check that there is free space in the temporary directory and that the script has no syntax error."
          : "Check that this machine has free memory, and try again.",
    },
  );
