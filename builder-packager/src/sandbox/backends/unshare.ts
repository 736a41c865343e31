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

/** The inputs of a plan besides the spec. */
export interface UnshareContext {
  readonly asRoot: boolean;
  readonly arch: SyscallArchitecture;
  /** The process that starts the sandbox, which ends with it. */
  readonly parent: number;
  /** The user that it is started as, in the user namespace that it is started in. */
  readonly caller: Identity;
  /** The ids that root maps to themselves in a user namespace for the command. */
  readonly ids: IdMaps;
  /** Limits that the first process sets for itself and so for all others. */
  readonly limits: readonly Step[];
}

/** File descriptors of the first process: it reports to the first, process 1 alone holds the second, the loader is the third. */
export const [reportFd, lifeFd, loaderFd] = [3, 4, 5];

/**
 * The command of a sandbox created by one program of system calls, in three processes: the first
 * one creates the namespaces, waits, and reports the command's end; process 1 of the PID namespace,
 * whose death ends everything inside, and which dies with the first one or with cnb; and the
 * command. No other program of the machine is started, each of which would cost a millisecond and a
 * half.
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
    { what: "make namespaces", call: "unshare", args: [spaces] },
    { what: "make mounts private", call: "mount", args: ["none", "/", 0, recursive | isPrivate, 0] },
    ...fork("start process 1", { step: endOfOne, argument: 0 }, "process 1"),
    { what: "close files", call: "close", args: [lifeFd] },
    ...fork("start the command", awaited, "command"),
    ...waitForCommand(reportFd, endProcessOne()),
  ];
}

const endOfOne = "end process 1";
const [anyProcess, ended, kill, childEnded] = [0, 4, 9, 17]; // P_ALL, WEXITED, SIGKILL, SIGCHLD

/** The kernel lets process 1 go when all others are gone, so that nothing of the command is left. */
const endProcessOne = (): readonly Step[] => [
  { what: endOfOne, label: endOfOne, call: "kill", args: [0, kill] },
  { what: endOfOne, call: "waitid", args: [anyProcess, 0, 0, ended, 0] },
];

const [ignore, closed] = [[1, 0, 0, 0], 0x2001]; // SIG_IGN without flags, POLLIN and POLLRDHUP

/**
 * The kernel collects orphans of one that ignores SIGCHLD. The first process may have been killed before this one asks to be killed
 * with it, so it waits for the end of cnb, too, which the other end of its file shows.
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

/** From the machine's files as root to the command. Its environment is that of no program before it. */
function commandSteps(spec: PreparedSpec, context: UnshareContext): readonly Step[] {
  const { cwd, command, env } = spec;
  return [
    { what: "start the command", label: "command", call: "compare", args: [0] },
    ...newKeyring(),
    ...mountSteps(spec, context),
    { what: "name the host", call: "sethostname", args: [sandboxHostname, sandboxHostname.length] },
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

/** A new network has an interface of its own that is down. */
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
 * An ordinary user is root of the outer user namespace, which mounting needs, and becomes `uid` in an inner one. Root's is for the
 * command alone, whose files keep their owners.
 */
function identitySteps({ uid, gid }: PreparedSpec, { asRoot, ids }: UnshareContext): readonly Step[] {
  return asRoot
    ? [...enterNamespaceOfRoot(ids), ...dropCapabilities(), ...becomeUser(uid, gid, true)]
    : enterInnerNamespace({ uid, gid }, { uid: 0, gid: 0 });
}
