import { spawn } from "node:child_process";

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Receives the output as it arrives. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** Runs a program. Returns undefined if the program does not exist. */
export function runCommand(
  [command, ...args]: readonly [string, ...string[]],
  { onOutput, ...options }: CommandOptions,
): Promise<{ readonly exitCode: number; readonly stdout: string } | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      onOutput?.(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => onOutput?.(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? resolve(undefined) : reject(error)));
    child.on("close", (code) => resolve({ exitCode: code ?? 1, stdout: Buffer.concat(stdout).toString() }));
  });
}
