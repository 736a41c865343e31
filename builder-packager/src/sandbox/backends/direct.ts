import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../../errors.ts";
import { execute } from "../processes/execute.ts";
import { type ExitStatus, exitStatus } from "../processes/exit-status.ts";
import { closeWriter, makeOutputPipes, type OutputPipe } from "../processes/output-pipes.ts";
import type { SandboxOutput, SandboxProcess } from "../processes/sandbox-process.ts";
import type { SandboxSpec } from "../spec.ts";
import { syscallArchitecture } from "../syscalls/architecture.ts";
import { loaderFile, programFd } from "../syscalls/loader.ts";
import { loadedProgram, type Step } from "../syscalls/program.ts";
import { openTerminal } from "../terminal/own-terminal.ts";
import { takeTerminal } from "../terminal/terminal-steps.ts";
import { terminalSize } from "../terminal/user-terminal.ts";
import { readHostFacts } from "./host-facts.ts";
import { startError } from "./start-error.ts";

/**
 * Starts a command as a child process in the container in which cnb runs: as `uid` if cnb is root,
 * or else as cnb's own user. Mounts and network are those of the container. Background processes in
 * the command's process group end with the command. `endOrphans` ends the command's other
 * background processes. Throws SANDBOX_FAILED.
 */
export async function startDirect(spec: SandboxSpec, { stdio, onOutput }: SandboxOutput): Promise<SandboxProcess> {
  checkMounts(spec);
  if (stdio === "terminal") return startInTerminal(spec);
  const pipes = stdio === "inherit" ? "inherit" : await outputPipes();
  const child = launch(spec, pipes, stdio === "merged");
  const readers = typeof pipes === "string" ? streamsOf(child) : pipes.map(({ reader }) => reader);
  for (const [index, stream] of (["stdout", "stderr"] as const).entries())
    readers[index]?.on("data", (chunk: Uint8Array) => onOutput?.(chunk, stream));
  const ended = endOf(child, readers);
  ended.catch(() => {}); // whoever waits sees it; until then it is not an unhandled rejection
  return processOf(child, ended);
}

/**
 * Creates pipes for the output, or `pipe` if the image does not have mkfifo(1). Node then uses
 * sockets, which programs cannot open by name.
 */
const outputPipes = (): Promise<readonly OutputPipe[] | "pipe"> => makeOutputPipes().catch(() => "pipe" as const);

/** Starts a command with a terminal of its own, by the loader: Node.js cannot give a child a terminal. */
async function startInTerminal(spec: SandboxSpec): Promise<SandboxProcess> {
  const words = [...limitOf(spec), ...commandOf(spec)] as [string, ...string[]];
  const steps: readonly Step[] = [
    { what: "close files", call: "close", args: [loaderFd] },
    ...takeTerminal({ fd: terminalFd, size: terminalSize() }, spec.uid, spec.gid),
    ...execute(words, spec.env),
  ];
  const program = loadedProgram(steps, syscallArchitecture());
  const terminal = openTerminal();
  const stdio: StdioOptions = ["ignore", "ignore", "ignore", "pipe", "ignore", loaderFile(), "pipe", terminal.fd];
  const child = spawn(`/proc/self/fd/${loaderFd}`, {
    cwd: spec.cwd,
    env: {},
    detached: true,
    stdio,
    ...identityOf(spec),
  });
  const files: readonly unknown[] = child.stdio;
  const report: Buffer[] = [];
  (files[reportFd] as Readable | undefined)?.on("data", (part: Buffer) => report.push(part));
  (files[programFd] as Writable | undefined)?.on("error", () => {}).end(program.bytes);
  terminal.connect();
  const ended = endOf(child, [])
    .then(async (status) => {
      const failure = program.failure(Buffer.concat(report));
      if (failure) throw refused(`cannot ${failure.what}`);
      // a background job of the shell may still have the terminal
      await Promise.race([terminal.end(), sleep(maxWaitMs, undefined, { ref: false })]);
      return status;
    })
    .finally(terminal.discard);
  ended.catch(() => {}); // whoever waits sees it; until then it is not an unhandled rejection
  return processOf(child, ended);
}

/** File descriptors of the loader: the one to which it reports, its executable, and the terminal. */
const [reportFd, loaderFd, terminalFd] = [3, 5, 7];

const processOf = (child: ChildProcess, ended: Promise<ExitStatus>): SandboxProcess => ({
  pid: child.pid ?? -1,
  ended,
  signal: async (name) => signalGroup(child, name),
  commandPid: async () => (child.exitCode === null && child.signalCode === null ? child.pid : undefined),
});

const streamsOf = ({ stdout, stderr }: ChildProcess): readonly Readable[] =>
  [stdout, stderr].filter((one) => one !== null);

function launch(spec: SandboxSpec, pipes: readonly OutputPipe[] | "pipe" | "inherit", isMerged: boolean): ChildProcess {
  const [file = "", ...args] = [...limitOf(spec), ...commandOf(spec)];
  const stdio = stdioOf(pipes, isMerged);
  try {
    return spawn(file, args, { cwd: spec.cwd, env: spec.env, detached: true, stdio, ...identityOf(spec) });
  } finally {
    if (typeof pipes !== "string") for (const pipe of pipes) closeWriter(pipe);
  }
}

function stdioOf(pipes: readonly OutputPipe[] | "pipe" | "inherit", isMerged: boolean): StdioOptions {
  if (typeof pipes !== "string") {
    const [stdout, stderr] = pipes.map(({ writer }) => writer);
    return ["ignore", stdout, isMerged ? stdout : stderr];
  }
  return [pipes === "inherit" ? "inherit" : "ignore", pipes, pipes];
}

const refused = (why: string): CnbError =>
  new CnbError("SANDBOX_FAILED", `--backend direct cannot run a command in this container: ${why}`, {
    hint: "Use another backend, for example --backend docker.",
  });

/** Refuses mounts, isolated networks and overlays, which this backend cannot provide. */
function checkMounts({ mounts, network, overlay }: SandboxSpec): void {
  const foreign = mounts.find(({ source, target }) => source !== target);
  if (foreign) throw refused(`${foreign.source} cannot be mounted at ${foreign.target}`);
  if (!network) throw refused("it cannot isolate the network");
  if (overlay) throw refused("it cannot put an overlay over the files");
}

/**
 * The prefix that limits each process's memory. In a container, cnb cannot create control groups.
 */
function limitOf({ limits }: SandboxSpec): readonly string[] {
  const { prlimit } = readHostFacts(process.env).tools;
  return limits?.memoryBytes === undefined || prlimit === undefined
    ? []
    : [prlimit, `--data=${limits.memoryBytes}`, "--"];
}

/**
 * The command, started by setpriv(1) if the container has it: with no_new_privs, and for root
 * without capabilities.
 */
function commandOf({ command, uid, gid }: SandboxSpec): readonly string[] {
  const { setpriv } = readHostFacts(process.env).tools;
  if (setpriv === undefined) return command;
  const user =
    process.getuid?.() === 0 ? [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--inh-caps=-all"] : [];
  return [setpriv, "--no-new-privs", "--pdeathsig", "KILL", ...user, "--", ...command];
}

const identityOf = ({ uid, gid }: SandboxSpec): { readonly uid?: number; readonly gid?: number } =>
  process.getuid?.() === 0 && readHostFacts(process.env).tools["setpriv"] === undefined ? { uid, gid } : {};

/**
 * Milliseconds to wait for output after the command has ended: a process outside of its group may
 * still hold the pipe.
 */
const maxWaitMs = 2000;

async function endOf(child: ChildProcess, readers: readonly Readable[]): Promise<ExitStatus> {
  const drained = Promise.all(readers.map((reader) => once(reader, "close")));
  const [code, signal] = await exitOf(child);
  signalGroup(child, "SIGKILL");
  await Promise.race([drained, sleep(maxWaitMs, undefined, { ref: false })]);
  for (const reader of readers) reader.destroy();
  return exitStatus(code, signal);
}

function exitOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(startError(cause)));
    child.once("exit", (code, signal) => resolve([code, signal]));
  });
}

/**
 * Signals the command's process group: the command, and its child processes that did not leave the
 * group.
 */
function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended just now
  }
}
