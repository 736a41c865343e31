import { type SpawnOptions, spawn } from "node:child_process";
import { join } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "..", "..");

/** The Node.js that package.json pins. */
export const pinnedNode = process.execPath;

export interface Outcome {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and captures what it prints. Never throws for an exit code. */
export function execute(
  command: string,
  args: readonly string[],
  { input, ...options }: SpawnOptions & { readonly input?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        exitCode: code ?? -1,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
    child.stdin.on("error", () => {}); // a program may end without reading its input
    child.stdin.end(input ?? "");
  });
}

/** Runs the `cnb` command as users get it: the compiled one. */
export const cnb = (args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> =>
  execute(pinnedNode, [join(root, "builder-packager/bin/cnb.js"), ...args], options);

/** Like `cnb`, and fails with all that was printed when the command fails. */
export async function cnbSucceeds(args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  const outcome = await cnb(args, options);
  if (outcome.exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${outcome.exitCode}\n${outcome.stderr}`);
  return outcome;
}

/** A setting of this machine's npm, for example its registry; the product never names one. */
export async function npmSetting(name: string): Promise<string | undefined> {
  const { stdout } = await execute("npm", ["config", "get", name]);
  const value = stdout.trim();
  return value && value !== "null" && value !== "undefined" ? value : undefined;
}
