import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { getSystemErrorMessage } from "node:util";
import { CnbError } from "../../errors.ts";
import { argsFdOfLoader, programFdOfLoader } from "../backends/bubblewrap.ts";
import { startError } from "../backends/start-error.ts";
import { lifeFd, reportFd } from "../backends/unshare.ts";
import type { NamespaceBackend, SandboxCommand } from "../spec.ts";
import { loaderFile, programFd } from "../syscalls/loader.ts";
import { parseReport } from "./child-steps.ts";
import { type ExitStatus, exitStatus, exitStatusOfNumber } from "./exit-status.ts";
import { coverInherited } from "./inherited-files.ts";
import { closeWriter, makeOutputPipes, type OutputPipe } from "./output-pipes.ts";
import { childrenOf } from "./process-tree.ts";

/** The destinations of output. */
export interface SandboxOutput {
  readonly onOutput?: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
  /**
   * `inherit` passes stdin, stdout and stderr through; `pipe` (the default) gives an empty stdin. `merged` also has one pipe for
   * stdout and stderr, as a terminal is one file, so that lines keep their order; all of it is stdout. Container engines merge
   * the two in the order in which they read them.
   */
  readonly stdio?: "inherit" | "pipe" | "merged";
}

/** A started sandbox. */
export interface SandboxProcess {
  /** The host process id of the process that contains the sandbox. Killing it ends everything inside. */
  readonly pid: number;
  /** Settles when every process inside is gone. */
  readonly ended: Promise<ExitStatus>;
  /** Sends a signal to the command, or ends everything with `SIGKILL`. Nothing happens when it has ended. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Process id of the command on the host; undefined when it has ended. */
  commandPid(): Promise<number | undefined>;
}

/** The user to start it as, which gives up root first. */
export interface StartIdentity {
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a planned sandbox. It has its own session, so that a terminal's Ctrl-C reaches only cnb, which ends the sandbox. */
export async function startProcess(
  backend: NamespaceBackend,
  command: SandboxCommand,
  identity: StartIdentity,
  output: SandboxOutput,
): Promise<SandboxProcess> {
  const { stdio } = output;
  const pipes = stdio === "inherit" ? [] : await outputPipes();
  const child = await launch(backend, command, identity, { pipes, isMerged: stdio === "merged" });
  const words = forwardOutput(pipes, output);
  const drained = Promise.all(pipes.map(({ reader }) => once(reader, "close")));
  const status = backend === "bubblewrap" ? bubblewrapEnd(child, command, words) : unshareEnd(child, command, words);
  const ended = status.finally(() => drained);
  ended.catch(() => {}); // whoever waits sees it; until then it is not an unhandled rejection
  return {
    pid: child.pid ?? -1,
    ended,
    signal: (name) => signalCommand(child, backend, name),
    commandPid: () => livingCommand(child, backend),
  };
}

const outputPipes = (): Promise<readonly OutputPipe[]> =>
  makeOutputPipes().catch((cause: unknown) => {
    throw startError(cause);
  });

/** A process that runs, or an error and nothing open: what stays open would keep cnb from ending. */
async function launch(
  backend: NamespaceBackend,
  command: SandboxCommand,
  identity: StartIdentity,
  output: { readonly pipes: readonly OutputPipe[]; readonly isMerged: boolean },
): Promise<ChildProcess> {
  const { pipes, isMerged } = output;
  try {
    const standard = standardFiles(pipes, isMerged);
    const child = spawnCovered(command, identity, [...standard, ...ownFiles(backend, command)]);
    // Node throws some refusals and reports others later, then without a process id and partly without pipes.
    if (child.pid === undefined) throw (await once(child, "error"))[0];
    return child;
  } catch (cause) {
    for (const { reader } of pipes) reader.destroy();
    throw cause instanceof CnbError ? cause : startError(cause);
  } finally {
    for (const pipe of pipes) closeWriter(pipe);
  }
}

type Files = Exclude<StdioOptions, string>;

function standardFiles(pipes: readonly OutputPipe[], isMerged: boolean): Files {
  const [stdout, stderr] = pipes.map(({ writer }) => writer);
  return pipes.length === 0 ? ["inherit", "inherit", "inherit"] : ["ignore", stdout, isMerged ? stdout : stderr];
}

function ownFiles(backend: NamespaceBackend, { launcher }: SandboxCommand): Files {
  if (backend !== "bubblewrap") return ["pipe", "pipe", loaderFile(), "pipe"];
  const files: Files = ["pipe", "pipe", "pipe", "pipe", "pipe"];
  return launcher ? [...files, "pipe", "pipe", loaderFile()] : files;
}

function spawnCovered(command: SandboxCommand, identity: StartIdentity, stdio: Files): ChildProcess {
  const cover = coverInherited(stdio);
  try {
    return spawn(command.file, command.args, { cwd: "/", env: command.env, detached: true, stdio, ...identity });
  } finally {
    cover.close();
  }
}

/** Passes output on and keeps the last part of what was said where errors go, enough for an error message. */
function forwardOutput(pipes: readonly OutputPipe[], { stdio, onOutput }: SandboxOutput): () => string {
  let last = Buffer.alloc(0);
  const keep = (chunk: Uint8Array) => {
    last = Buffer.concat([last, chunk]).subarray(-2000);
  };
  const [stdout, stderr] = pipes;
  stdout?.reader.on("data", (chunk: Uint8Array) => {
    if (stdio === "merged") keep(chunk);
    onOutput?.(chunk, "stdout");
  });
  stderr?.reader.on("data", (chunk: Uint8Array) => {
    keep(chunk);
    onOutput?.(chunk, "stderr");
  });
  return () => last.toString("utf8");
}

/** The exit code is in the status report, unless the sandbox could not be made; then stderr says why. */
async function bubblewrapEnd(child: ChildProcess, command: SandboxCommand, words: () => string): Promise<ExitStatus> {
  const pipes = pipesOf(child);
  const report = collect(pipes[4] as Duplex);
  (pipes[5] as Duplex).resume();
  const failure = collectBytes(pipes[7] as Duplex);
  const refusal = collectBytes(pipes[reportFd] as Duplex);
  const { launcher, program, secretArgs } = command;
  const input = launcher
    ? { [programFd]: launcher.bytes, [argsFdOfLoader]: secretArgs, [programFdOfLoader]: program?.bytes }
    : { [reportFd]: secretArgs, [programFd]: program?.bytes };
  for (const [fd, data] of Object.entries(input)) (pipes[Number(fd)] as Duplex).on("error", () => {}).end(data);
  const [code, signal] = await closed(child);
  if (launcher?.failure(refusal())) throw setUpError(wordsOf(refusal(), launcher));
  if (failure().length > 0) throw setUpError(wordsOf(failure(), command.program));
  const reported = /"exit-code"\s*:\s*(\d+)/.exec(report())?.[1];
  if (reported !== undefined) return exitStatusOfNumber(Number(reported));
  if (signal) return exitStatus(code, signal);
  throw setUpError(words());
}

/** The first process reports how the command ended, after the command itself reported that it starts or why it does not. */
async function unshareEnd(child: ChildProcess, { program }: SandboxCommand, words: () => string): Promise<ExitStatus> {
  const pipes = pipesOf(child);
  const report = collectBytes(pipes[reportFd] as Duplex);
  const life = (pipes[lifeFd] as Duplex).on("error", () => {}).resume();
  (pipes[programFd] as Duplex).on("error", () => {}).end(program?.bytes);
  child.once("exit", () => life.end()); // Process 1 waits for this, too.
  const [code, signal] = await closed(child);
  const { said, status } = parseReport(report());
  if (said.toString("latin1") === "ready") return status ?? exitStatus(code, signal);
  if (signal === "SIGKILL" || status?.signal === "SIGKILL") return exitStatus(null, "SIGKILL");
  throw setUpError(wordsOf(said, program) || words());
}

/** What failed: a program of system calls reports numbers, all others words. */
function wordsOf(report: Buffer, program: SandboxCommand["program"]): string {
  const failure = program?.failure(report);
  if (failure === undefined) return report.toString("utf8");
  return failure.errno === undefined ? failure.what : `${failure.what}: ${getSystemErrorMessage(-failure.errno)}`;
}

/** Node types five files only, there may be more. */
const pipesOf = (child: ChildProcess): readonly unknown[] => child.stdio;

const setUpError = (words: string): CnbError =>
  new CnbError("SANDBOX_FAILED", `The sandbox could not be set up: ${words.trim() || "no reason was given"}`);

/** Resolves when the process has ended and nothing holds its pipes any more. */
function closed(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(startError(cause)));
    child.once("close", (code, signal) => resolve([code, signal]));
  });
}

function collectBytes(stream: Duplex): () => Buffer {
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts);
}

function collect(stream: Duplex): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

async function signalCommand(child: ChildProcess, backend: NamespaceBackend, name: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  // not what sets the sandbox up: its end would be taken for a failure
  const target = name === "SIGKILL" ? child.pid : await livingCommand(child, backend);
  try {
    if (target !== undefined) process.kill(target, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended just now
  }
}

/** The command once it has taken the place of what sets the sandbox up. */
async function livingCommand(child: ChildProcess, backend: NamespaceBackend): Promise<number | undefined> {
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    for (const pid of await candidates(child.pid, backend)) if (await isSetUp(pid)) return pid;
    await sleep(pauseMs);
  }
  return undefined;
}

const pauseMs = 10;

const commandLine = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");

// What sets up has these words in its command line, and so has process 1 of unshare; for a moment there is none.
async function isSetUp(pid: number): Promise<boolean> {
  const line = await commandLine(pid);
  return line !== "" && !/\0cnb-sandbox\0|^[^\0]*bwrap\0/.test(line);
}

/** bubblewrap has its process 1 in between. */
async function candidates(pid: number, backend: NamespaceBackend): Promise<readonly number[]> {
  const children = await childrenOf(pid);
  if (backend !== "bubblewrap") return children;
  return children[0] === undefined ? [] : childrenOf(children[0]);
}
