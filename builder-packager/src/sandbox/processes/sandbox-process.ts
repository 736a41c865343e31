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
import type { OwnTerminal } from "../terminal/own-terminal.ts";
import { parseReport } from "./child-steps.ts";
import { type ExitStatus, exitStatus, exitStatusOfNumber } from "./exit-status.ts";
import { coverInherited } from "./inherited-files.ts";
import { closeWriter, makeOutputPipes, type OutputPipe } from "./output-pipes.ts";
import { childrenOf } from "./process-tree.ts";

/** The destination of a sandbox's output. */
export interface SandboxOutput {
  readonly onOutput?: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
  /**
   * The standard streams. `inherit` passes on those of cnb. `pipe` (the default) provides an empty
   * stdin, and passes stdout and stderr to `onOutput`. `merged` is like `pipe`, but with one pipe
   * for stdout and stderr: lines keep their order, as in a terminal, and all output is passed on as
   * stdout. Container engines merge the two streams in the order in which they read them.
   * `terminal` gives the command a controlling terminal of its own, which is connected with cnb's
   * terminal, so that a shell has job control.
   */
  readonly stdio?: "inherit" | "pipe" | "merged" | "terminal";
}

/** A running sandbox, with the means to signal its command and to wait for its end. */
export interface SandboxProcess {
  /**
   * The process id of the sandbox's outermost process on the host; -1 for a container. Killing this
   * process ends every process inside.
   */
  readonly pid: number;
  /** Settles when every process in the sandbox has ended. */
  readonly ended: Promise<ExitStatus>;
  /**
   * Sends a signal to the command. `SIGKILL` ends every process inside. If the command has ended,
   * the call has no effect.
   */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Returns the process id of the command on the host; undefined if the command has ended. */
  commandPid(): Promise<number | undefined>;
}

/**
 * The user and group who start the sandbox. If cnb runs as root, the process changes to this user
 * first. An undefined field means cnb's own user or group.
 */
export interface StartIdentity {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Starts the process that creates a sandbox. The sandbox has its own session, so that a terminal's
 * Ctrl-C reaches only cnb, which then ends the sandbox.
 */
export async function startProcess(
  backend: NamespaceBackend,
  command: SandboxCommand,
  identity: StartIdentity,
  output: SandboxOutput & { readonly terminal?: OwnTerminal | undefined },
): Promise<SandboxProcess> {
  const { stdio, terminal } = output;
  const pipes = stdio === "inherit" ? [] : await outputPipes();
  const child = await launch(backend, command, identity, { pipes, isMerged: stdio === "merged", terminal });
  terminal?.connect();
  const words = forwardOutput(pipes, output);
  const drained = Promise.all(pipes.map(({ reader }) => once(reader, "close")));
  const status = backend === "bubblewrap" ? bubblewrapEnd(child, command, words) : unshareEnd(child, command, words);
  const ended = status.finally(() => drained).then(...endTerminal(terminal));
  ended.catch(() => {}); // whoever waits sees it; until then it is not an unhandled rejection
  return {
    pid: child.pid ?? -1,
    ended,
    signal: (name) => signalCommand(child, backend, name),
    commandPid: () => livingCommand(child, backend),
  };
}

/** The handlers that disconnect a terminal, when the command has ended or could not be started. */
function endTerminal(terminal: OwnTerminal | undefined) {
  return [
    async (status: ExitStatus) => {
      await terminal?.end();
      return status;
    },
    (error: unknown): never => {
      terminal?.discard();
      throw error;
    },
  ] as const;
}

const outputPipes = (): Promise<readonly OutputPipe[]> =>
  makeOutputPipes().catch((cause: unknown) => {
    throw startError(cause);
  });

/** Starts the process. On an error, all files are closed: open ones would keep cnb from exiting. */
async function launch(
  backend: NamespaceBackend,
  command: SandboxCommand,
  identity: StartIdentity,
  output: {
    readonly pipes: readonly OutputPipe[];
    readonly isMerged: boolean;
    readonly terminal: OwnTerminal | undefined;
  },
): Promise<ChildProcess> {
  const { pipes, isMerged, terminal } = output;
  try {
    const standard = standardFiles(pipes, isMerged);
    const ofTerminal = terminal ? [terminal.fd] : [];
    const child = spawnCovered(command, identity, [...standard, ...ownFiles(backend, command), ...ofTerminal]);
    // Node throws some refusals and reports others later, then without a process id and partly without pipes.
    if (child.pid === undefined) throw (await once(child, "error"))[0];
    return child;
  } catch (cause) {
    for (const { reader } of pipes) reader.destroy();
    terminal?.discard();
    throw cause instanceof CnbError ? cause : startError(cause);
  } finally {
    for (const pipe of pipes) closeWriter(pipe);
  }
}

type Files = Exclude<StdioOptions, string>;

function standardFiles(pipes: readonly OutputPipe[], isMerged: boolean): Files {
  const [stdout, stderr] = pipes.map(({ writer }) => writer);
  if (pipes.length === 0) return ["inherit", "inherit", "inherit"];
  return ["ignore", stdout, isMerged ? stdout : stderr];
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

/** Passes output on, and keeps the last part of stderr for an error message. */
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

/**
 * Waits for a bubblewrap sandbox. The exit code is in its status report. If there is none, the
 * sandbox could not be created, and the reason is on stderr.
 */
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

/**
 * Waits for an unshare sandbox. The command's process first reports that it is ready, or why it
 * failed. Then the first process reports how the command ended.
 */
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

/**
 * The reason of a failure: a program of system calls reports numbers, any other program reports
 * text.
 */
function wordsOf(report: Buffer, program: SandboxCommand["program"]): string {
  const failure = program?.failure(report);
  if (failure === undefined) return report.toString("utf8");
  const words = `cannot ${failure.what}`;
  return failure.errno === undefined ? words : `${words}: ${getSystemErrorMessage(-failure.errno)}`;
}

/** The child's pipes. Node's types only cover five files, but there may be more. */
const pipesOf = (child: ChildProcess): readonly unknown[] => child.stdio;

const setUpError = (words: string): CnbError =>
  new CnbError("SANDBOX_FAILED", `the sandbox could not be set up: ${words.trim() || "no reason was given"}`, {
    hint: "Run cnb doctor to check which sandboxes work on this machine, and choose one with --backend.",
  });

/** Resolves when the process has ended and all its pipes are closed. */
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

/** The command's process id, as soon as the sandbox is set up and the command is executed. */
async function livingCommand(child: ChildProcess, backend: NamespaceBackend): Promise<number | undefined> {
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    for (const pid of await candidates(child.pid, backend)) if (await isSetUp(pid)) return pid;
    await sleep(pauseMs);
  }
  return undefined;
}

const pauseMs = 10;

const commandLine = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");

// The setup process and process 1 of unshare have these words in their command line. For a moment
// there is none.
async function isSetUp(pid: number): Promise<boolean> {
  const line = await commandLine(pid);
  return line !== "" && !/\0cnb-sandbox\0|^[^\0]*bwrap\0/.test(line);
}

/** Processes that may be the command. With bubblewrap, process 1 is in between. */
async function candidates(pid: number, backend: NamespaceBackend): Promise<readonly number[]> {
  const children = await childrenOf(pid);
  if (backend !== "bubblewrap") return children;
  return children[0] === undefined ? [] : childrenOf(children[0]);
}
