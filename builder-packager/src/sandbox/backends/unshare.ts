import {
  becomeUser,
  dropCapabilities,
  endWithParent,
  enterInnerNamespace,
  enterNamespaceOfRoot,
  type Identity,
  type IdMaps,
  newKeyring,
  newUserNamespace,
  refuseCalls,
} from "../confine.ts";
import { mountSteps } from "../mounts/unshare-mounts.ts";
import { awaited, fork, waitForCommand } from "../processes/child-steps.ts";
import { execute } from "../processes/execute.ts";
import { type PreparedSpec, type SandboxCommand, sandboxHostname } from "../spec.ts";
import type { SyscallArchitecture } from "../syscalls/assembled.ts";
import { loadedProgram, type Step } from "../syscalls/program.ts";
import { type TerminalSize, takeTerminal } from "../terminal/terminal-steps.ts";

/** The inputs of a sandbox command that the `SandboxSpec` does not contain. */
export interface UnshareContext {
  readonly asRoot: boolean;
  readonly arch: SyscallArchitecture;
  /** The id of the process that starts the sandbox. The sandbox ends when this process ends. */
  readonly parent: number;
  /** The user who starts the sandbox, as seen in the user namespace in which it is started. */
  readonly caller: Identity;
  /**
   * The user and group ids that are mapped to themselves in the command's user namespace if root
   * starts the sandbox.
   */
  readonly ids: IdMaps;
  /** Steps that set limits for the first process, which all other processes inherit. */
  readonly limits: readonly Step[];
  /** The size of the terminal that the command gets. @default the command gets no terminal */
  readonly terminal?: TerminalSize | undefined;
}

/**
 * File descriptors with which the outermost process starts. It reports to the first descriptor.
 * Only PID 1 of the sandbox keeps the second descriptor open, which closes when cnb ends. The third
 * descriptor is the loader's executable.
 */
export const [reportFd, lifeFd, loaderFd] = [3, 4, 5];
/** The file descriptor of the terminal, if there is one. The loader reads its program from 6. */
const terminalFd = 7;

/**
 * Returns the command that creates a sandbox. It is a single program that only makes system calls,
 * in three processes. The first process creates the namespaces, waits, and reports how the command
 * ended. Process 1 of the PID namespace ends when the first process or cnb ends, which ends every
 * process inside. The third process becomes the command. No other program of the machine is
 * started, because each would take 1.5 ms.
 */
export function unshareCommand(spec: PreparedSpec, context: UnshareContext): SandboxCommand {
  return {
    file: `/proc/self/fd/${loaderFd}`,
    args: ["cnb-sandbox"],
    env: {},
    program: loadedProgram(programSteps(spec, context), context.arch),
  };
}

function programSteps(spec: PreparedSpec, context: UnshareContext): readonly Step[] {
  return [...firstProcess(spec, context), ...processOne(), ...commandSteps(spec, context)];
}

const [newMounts, newNames, newIpc, newProcesses, newNetwork] = [
  0x20000, 0x4000000, 0x8000000, 0x20000000, 0x40000000,
] as const;
const [recursive, isPrivate] = [0x4000, 0x40000];

function firstProcess({ network }: PreparedSpec, context: UnshareContext): readonly Step[] {
  const { asRoot, caller, parent, limits } = context;
  const spaces = newMounts | newNames | newIpc | newProcesses | (network ? 0 : newNetwork);
  return [
    { what: "close files", call: "close", args: [loaderFd] },
    ...endWithParent(parent),
    ...limits,
    { what: "set the umask", call: "umask", args: [0o022] },
    ...(asRoot ? [] : newUserNamespace({ uid: 0, gid: 0 }, caller)),
    { what: "create the namespaces", call: "unshare", args: [spaces] },
    { what: "make the mounts private", call: "mount", args: ["none", "/", 0, recursive | isPrivate, 0] },
    ...fork("start process 1", { step: endOfOne, argument: 0 }, "process 1"),
    { what: "close files", call: "close", args: [lifeFd] },
    ...fork("start the command", awaited, "command"),
    ...waitForCommand(reportFd, endProcessOne()),
  ];
}

const endOfOne = "end process 1";
const [anyProcess, ended, kill, childEnded] = [0, 4, 9, 17]; // P_ALL, WEXITED, SIGKILL, SIGCHLD

/**
 * Ends process 1. The kernel removes it only after all other processes in the namespace, so nothing
 * that the command started remains.
 */
const endProcessOne = (): readonly Step[] => [
  { what: endOfOne, label: endOfOne, call: "kill", args: [0, kill] },
  { what: endOfOne, call: "waitid", args: [anyProcess, 0, 0, ended, 0] },
];

const [ignore, closed] = [[1, 0, 0, 0], 0x2001]; // SIG_IGN without flags, POLLIN and POLLRDHUP

/**
 * The steps of process 1. It ignores SIGCHLD, so the kernel collects orphans. The first process may
 * be killed before process 1 has asked to be killed with it. So process 1 also waits for the end of
 * cnb, which closes the other end of `lifeFd`.
 */
function processOne(): readonly Step[] {
  const what = "stay as process 1";
  const poll = Buffer.from(new Uint32Array([lifeFd, closed]).buffer);
  return [
    { what, label: "process 1", call: "rt_sigaction", args: [childEnded, ignore, 0, 8] },
    ...endWithParent(),
    ...[0, 1, 2, reportFd].map((fd): Step => ({ what, call: "close", args: [fd], onError: "next" })),
    { what, label: "stay", call: "ppoll", args: [poll, 1, 0, 0, 0], onError: "stay" },
    { what, call: "exit_group", args: [0] },
  ];
}

/**
 * The steps of the third process, from the machine's root file system to the execution of the
 * command. The command only gets its own environment.
 */
function commandSteps(spec: PreparedSpec, context: UnshareContext): readonly Step[] {
  const { cwd, command, env } = spec;
  return [
    { what: "start the command", label: "command", call: "compare", args: [0] },
    ...newKeyring(),
    // before the mounts, which close other files
    ...(context.terminal ? takeTerminal({ fd: terminalFd, size: context.terminal }, spec.uid, spec.gid) : []),
    ...mountSteps(spec, context),
    { what: "set the host name", call: "sethostname", args: [sandboxHostname, sandboxHostname.length] },
    ...(spec.network ? [] : bringUpLoopback()),
    { what: `enter ${cwd}`, call: "chdir", args: [cwd] },
    ...identitySteps(spec, context),
    ...refuseCalls(context.arch),
    { what: "report", call: "write", args: [reportFd, "ready", 5] },
    { what: "report", call: "close", args: [reportFd] },
    ...execute(command, env),
  ];
}

const [internet, datagramCloseOnExec, setInterfaceFlags, isUp] = [2, 2 | 0o2000000, 0x8914, 1];

/** Brings up the loopback interface, which is down in a new network namespace. */
function bringUpLoopback(): readonly Step[] {
  const what = "bring up the loopback interface";
  const request = Buffer.alloc(40); // struct ifreq
  request.write("lo");
  request.writeUInt16LE(isUp, 16);
  return [
    { what, call: "socket", args: [internet, datagramCloseOnExec, 0], passResult: true },
    { what, call: "ioctl", args: [0, setInterfaceFlags, request] },
  ];
}

/**
 * Changes to the command's user. An ordinary user is root of the outer user namespace, which
 * mounting requires, and becomes `uid` in an inner one. Root creates a user namespace only for the
 * command; files keep their owners in it.
 */
function identitySteps({ uid, gid }: PreparedSpec, { asRoot, ids }: UnshareContext): readonly Step[] {
  return asRoot
    ? [...enterNamespaceOfRoot(ids), ...dropCapabilities(), ...becomeUser(uid, gid, true)]
    : enterInnerNamespace({ uid, gid }, { uid: 0, gid: 0 });
}
