import { type StdioOptions, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { constants } from "node:os";
import type { Duplex, Readable, Writable } from "node:stream";
import { getSystemErrorMessage } from "node:util";
import { CnbError } from "../errors.ts";
import { startError } from "./backends/start-error.ts";
import { becomeUser, dropCapabilities, endWithParent, newKeyring, refuseCalls } from "./confine.ts";
import { awaited, fork, parseReport, waitForCommand } from "./processes/child-steps.ts";
import { execute } from "./processes/execute.ts";
import { coverInherited } from "./processes/inherited-files.ts";
import type { SandboxBackend } from "./spec.ts";
import { syscallArchitecture } from "./syscalls/architecture.ts";
import { loaderFile, programFd } from "./syscalls/loader.ts";
import { loadedProgram, type Step, type StepFailure } from "./syscalls/program.ts";

/** A running process in a sandbox, with the settings with which it was started. */
export interface SandboxNeighbour {
  readonly backend: SandboxBackend;
  /** The id of the process on the host. */
  readonly pid: number;
  /**
   * The id of a process in the sandbox's outer user namespace; undefined if the sandbox has only
   * one.
   */
  readonly around: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
}

/** The settings of a command to run in an existing sandbox. */
export interface NeighbourCommand {
  /** Environment variables, in addition to those of the sandboxed process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text that the command reads from its standard input. @default empty */
  readonly input?: string;
  /** Kills the command when aborted. */
  readonly signal?: AbortSignal;
}

/** The output of a command and its exit code. */
export interface CommandOutput {
  /** The exit code; 128 plus the signal's number if a signal ended the command. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

// output beyond this limit is not read
const maxBytes = 16 * 1024 * 1024;

/**
 * Runs a command in the namespaces of a process in a sandbox, with at most its permissions. The
 * command ends when the sandbox ends. Throws SANDBOX_FAILED.
 */
export function runInNeighbour(
  nextTo: SandboxNeighbour,
  command: readonly [string, ...string[]],
  { env, input, signal }: NeighbourCommand,
): Promise<CommandOutput> {
  const program = loadedProgram(programSteps(nextTo, command, { ...nextTo.env, ...env }), syscallArchitecture());
  const stdio: Exclude<StdioOptions, string> = ["pipe", "pipe", "pipe", "pipe", "ignore", loaderFile(), "pipe"];
  const covered = coverInherited(stdio);
  const stop = signal && { signal, killSignal: "SIGKILL" as const };
  const child = spawn(`/proc/self/fd/${loaderFd}`, ["cnb-sandbox"], {
    cwd: "/",
    env: {},
    stdio,
    ...stop,
    ...identity(nextTo),
  });
  covered.close();
  const pipes: readonly unknown[] = child.stdio;
  const [stdin, stdout, stderr, report] = pipes as readonly [Writable, Readable, Readable, Duplex];
  (pipes[programFd] as Duplex | undefined)?.on("error", () => {}).end(program.bytes);
  const said = { stdout: "", stderr: "" };
  for (const [name, stream] of [["stdout", stdout] as const, ["stderr", stderr] as const]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (said[name].length < maxBytes) said[name] += text;
    });
  }
  const reported: Buffer[] = [];
  report.on("data", (part: Buffer) => reported.push(part));
  stdin.on("error", () => {}).end(input); // a command need not read its input
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(cause.name === "AbortError" ? cause : startError(cause)));
    child.once("close", () => {
      const { said: words, status } = parseReport(Buffer.concat(reported));
      const failure = program.failure(words);
      if (failure === undefined) resolve({ exitCode: status?.exitCode ?? 137, ...said });
      else reject(notConfined(failure));
    });
  });
}

const notConfined = ({ what, errno }: StepFailure): CnbError =>
  new CnbError(
    "SANDBOX_FAILED",
    `cannot run a command next to the app: cannot ${what}${errno === undefined ? "" : `: ${getSystemErrorMessage(-errno)}`}`,
    { hint: "Run cnb doctor, and set LIBCNB_SANDBOX to another sandbox that works on this machine." },
  );

const [reportFd, loaderFd] = [3, 5];
/** The first file descriptor for the app's root, working directory and namespaces. */
const firstOpened = 30;
const [pathOnly, closeOnExec, setFlags] = [0o10000000, 0o2000000, 2];

/**
 * The steps that enter the namespaces and execute the command. Unlike nsenter(1), they drop the
 * bounding set before they execute any program.
 */
function programSteps(
  nextTo: SandboxNeighbour,
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): readonly Step[] {
  const { backend, pid, uid, gid } = nextTo;
  return [
    { what: "close files", call: "close", args: [loaderFd] },
    ...enterSteps(nextTo),
    ...fork("start the command", awaited, "command"),
    ...waitForCommand(reportFd),
    { what: "start the command", label: "command", call: "fcntl", args: [reportFd, setFlags, 1] },
    ...newKeyring(),
    ...(isOwn(pid, "user") ? [] : [enter(userFd, "user")]),
    ...dropCapabilities(),
    ...becomeUser(uid, gid, backend === "unshare-root"),
    ...endWithParent(),
    ...refuseCalls(syscallArchitecture()),
    ...execute(command, env),
  ];
}

const [rootFd, workingDirFd, userFd] = [firstOpened, firstOpened + 1, firstOpened + 2];

/**
 * Enters all namespaces except for the innermost user namespace. That is entered last, because a
 * process in it has no permission to enter the others.
 */
function enterSteps({ backend, pid, around }: SandboxNeighbour): readonly Step[] {
  if (backend === "bubblewrap" && around === undefined) throw closed();
  const entered = namespaces.filter((name) => !isOwn(pid, name));
  const user = isOwn(pid, "user") ? [] : [open(`/proc/${pid}/ns/user`, 0, userFd)];
  return [
    // All but the innermost user namespace belong to one around it, which has power over them.
    ...(around === undefined ? [] : enterUserAround(around)),
    ...open(`/proc/${pid}/root`, pathOnly, rootFd),
    ...open(`/proc/${pid}/cwd`, pathOnly, workingDirFd),
    ...user.flat(),
    ...entered.flatMap((name, index) => open(`/proc/${pid}/ns/${name}`, 0, userFd + 1 + index)),
    ...entered.map((name, index) => enter(userFd + 1 + index, name)),
    { what: "enter the app's root", call: "fchdir", args: [rootFd] },
    { what: "enter the app's root", call: "chroot", args: ["."] },
    { what: "enter the app's working directory", call: "fchdir", args: [workingDirFd] },
  ];
}

const enterUserAround = (pid: number): readonly Step[] => [
  ...open(`/proc/${pid}/ns/user`, 0, userFd),
  enter(userFd, "outer user"),
];

/**
 * Opens a file as a given file descriptor. The file may already have that number, which dup3(2)
 * refuses.
 */
function open(path: string, flags: number, fd: number): readonly Step[] {
  const what = `open ${path}`;
  return [
    { what, call: "openat", args: [-100, path, flags | closeOnExec], passResult: true },
    { what, call: "dup3", args: [0, fd, closeOnExec], onSuccess: what, onError: "next" },
    { what, call: "compare", args: [-constants.errno.EINVAL] },
    { what, label: what, call: "compare", args: [0], onError: "next" },
  ];
}

const enter = (fd: number, name: string): Step => ({
  what: `enter the app's ${name} namespace`,
  call: "setns",
  args: [fd, 0],
});

/**
 * The error for bubblewrap without a process in its outer user namespace, to which the other
 * namespaces belong.
 */
const closed = (): CnbError =>
  new CnbError(
    "SANDBOX_FAILED",
    "cannot run a command next to the app: the namespaces that bubblewrap created are not accessible",
    {
      hint: "Use another sandbox: set LIBCNB_SANDBOX=unshare.",
    },
  );

const namespaces = ["mnt", "uts", "ipc", "net", "pid"] as const;

// An ordinary user may not even enter what it is in already.
function isOwn(pid: number, name: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`) === readlinkSync(`/proc/self/ns/${name}`);
  } catch {
    return false;
  }
}

// as the sandbox was started
const identity = ({ backend, uid, gid }: SandboxNeighbour) =>
  process.getuid?.() === 0 && backend !== "unshare-root" ? { uid, gid } : {};
