import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { toolPath } from "../sandbox/backends/host-facts.ts";
import { startError } from "../sandbox/backends/start-error.ts";
import { maxProcesses } from "../sandbox/limits/default-limits.ts";
import { limitResources } from "../sandbox/limits/resource-limits.ts";
import { coverInherited } from "../sandbox/processes/inherited-files.ts";
import { closeWriter, makeOutputPipes, type OutputPipe } from "../sandbox/processes/output-pipes.ts";
import { killGroup } from "../sandbox/processes/process-group.ts";
import type { ConfinedCommand } from "./command.ts";

/** Options for {@link runCommand}. */
export interface RunOptions {
  readonly cwd: string;
  /** Receives the output as it arrives, from stdout and stderr. The result also contains stdout. */
  readonly onOutput?: ((chunk: Uint8Array) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The result of a program that has ended. */
export interface CommandResult {
  /** The exit code; 137 (128 + 9) if the program was killed. */
  readonly exitCode: number;
  readonly stdout: string;
  /** The last part of the program's output, for errors. */
  readonly last: string;
}

const keptCharacters = 4000;

/**
 * Runs a program and waits for its end. If the signal is aborted or cnb ends, the program and its
 * child processes are killed. Rejects with the signal's reason.
 */
export async function runCommand({ words, input }: ConfinedCommand, options: RunOptions): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const limits = limitResources({ processes: maxProcesses }, true);
  try {
    return await runLimited({ words: limits.prefix(words), input }, options);
  } finally {
    await limits.remove();
  }
}

async function runLimited({ words, input }: ConfinedCommand, options: RunOptions): Promise<CommandResult> {
  const pipes = await makeOutputPipes();
  const child = launch(words, options, pipes);
  child.stdin?.on("error", () => {}).end(input); // it may have ended before
  const said = collect(pipes, options.onOutput);
  const drained = Promise.all(pipes.map(({ reader }) => once(reader, "close")));
  const kill = () => void child.kill("SIGKILL");
  options.signal?.addEventListener("abort", kill);
  try {
    const exitCode = await exitOf(child);
    killGroup(child.pid);
    await drained;
    options.signal?.throwIfAborted();
    return { exitCode, ...said() };
  } catch (error) {
    for (const { reader } of pipes) reader.destroy();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", kill);
  }
}

/**
 * Starts the program with real pipes: commands of a Dockerfile inherit them, and some open
 * /dev/stderr by name.
 */
function launch([file, ...args]: ConfinedCommand["words"], { cwd }: RunOptions, pipes: readonly OutputPipe[]) {
  const stdio: Exclude<StdioOptions, string> = ["pipe", ...pipes.map(({ writer }) => writer)];
  const covered = coverInherited(stdio);
  try {
    return spawn(file, args, { cwd, env: { PATH: toolPath(process.env) }, stdio, detached: true });
  } finally {
    covered.close();
    for (const pipe of pipes) closeWriter(pipe);
  }
}

function collect([stdout, stderr]: readonly [OutputPipe, OutputPipe], onOutput: RunOptions["onOutput"]) {
  const out: Uint8Array[] = [];
  let last = "";
  const add = (chunk: Uint8Array) => {
    last = (last + Buffer.from(chunk).toString("utf8")).slice(-keptCharacters);
    onOutput?.(chunk);
  };
  stdout.reader.on("data", (chunk: Uint8Array) => {
    if (onOutput === undefined) out.push(chunk);
    add(chunk);
  });
  stderr.reader.on("data", add);
  return () => ({ stdout: Buffer.concat(out).toString("utf8"), last });
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(startError(cause)));
    child.once("exit", (code) => resolve(code ?? 137));
  });
}
