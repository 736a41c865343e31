import { spawnSync } from "node:child_process";

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and returns what it prints. */
export function run(command: string, args: readonly string[], { cwd, env = {} }: RunOptions): string {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error)
    throw new Error(`cannot start ${command}: ${error.message}. Install Rust (https://rustup.rs), Python 3 and git.`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with exit code ${status}`);
  return stdout;
}
