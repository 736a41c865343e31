import { basename } from "node:path";
import { becomeUser, dropCapabilities, enterInnerNamespace, newKeyring, refuseCalls } from "./confine.ts";
import { execute } from "./execute.ts";
import { quoteAll } from "./shell.ts";
import { type HostFacts, type PreparedSpec, type SandboxCommand, sandboxHostname } from "./spec.ts";
import type { SyscallArchitecture } from "./syscalls/assembled.ts";
import { type Step, syscallProgram } from "./syscalls/program.ts";
import { mountSteps, stage } from "./unshare-mounts.ts";

/** Tools of util-linux and coreutils without which there is no unshare sandbox. */
export const requiredTools = ["cat", "chmod", "env", "mount", "nsenter", "setpriv", "sh", "unshare"];

/** What a plan needs to know besides the spec. */
export interface UnshareContext {
  readonly asRoot: boolean;
  readonly arch: SyscallArchitecture;
  readonly host: HostFacts;
}

/**
 * The command line of a sandbox made by util-linux and a program of system calls. Processes, from the outside in:
 * a shell that becomes `nsenter`, whose child is the program and then the command, so that exit code and signal arrive unchanged
 * (`unshare --fork` of util-linux 2.38 fails where a signal ended its child);
 * beside it process 1 of the process namespace, whose death ends everything inside.
 * Each asks to be killed with its parent. File descriptor 3 carries errors of the set-up and is closed by then with `ready`;
 * 4 is held by process 1 alone and so tells when nothing is left; 6 brings the program, which is kept where nobody else sees it.
 * Every program costs a millisecond and a half before the command starts, so there are as few as possible.
 */
export function unshareCommand(spec: PreparedSpec, context: UnshareContext): SandboxCommand {
  const { tools } = context.host;
  const namespaces = [
    "--mount",
    "--propagation",
    "private",
    "--ipc",
    "--uts",
    "--pid",
    ...(spec.network ? [] : ["--net"]),
  ];
  const user = context.asRoot ? [] : ["--user", "--map-root-user"];
  return {
    file: tool(tools, "setpriv"),
    args: [
      ...["--pdeathsig", "KILL", tool(tools, "unshare"), ...user, ...namespaces],
      ...[tool(tools, "sh"), "-c", outerScript(context), "cnb-sandbox"],
    ],
    env: {},
    program: syscallProgram(programSteps(spec, context), context.arch),
  };
}

const tool = (tools: Readonly<Record<string, string>>, name: string): string => tools[name] ?? name;

const program = `${stage}/start`;

function outerScript(context: UnshareContext): string {
  const { tools } = context.host;
  return [
    "set -e",
    "umask 022",
    "exec 5>&2 2>&3 7>&-", // from here on errors are ours
    startProcessOne(context),
    waitForProcessOne,
    `exec 4>&- 6<&- ${quoteAll([tool(tools, "nsenter"), "--pid=/proc/self/ns/pid_for_children", "--", program])} cnb-sandbox`,
  ].join("\n");
}

/**
 * The first process that the shell starts is process 1, and all further ones are inside with it; the shell itself is not. It
 * becomes the program, too, since the files of the machine are about to go: nothing may be loaded by it after that. The shell may
 * be gone before it has asked to be killed with it; it looks after that. `stat` begins with a process, its name, its state and its parent.
 */
function startProcessOne({ host: { tools } }: UnshareContext): string {
  const run = (name: string, ...args: readonly string[]): string => quoteAll([tool(tools, name), ...args]);
  const script = [
    "set -e",
    'read -r _ _ _ parent _ </proc/self/stat; [ "$parent" = "$1" ]',
    run("mount", "-t", "tmpfs", "-o", "mode=700", "tmpfs", stage),
    `${run("cat")} <&6 >${program}`,
    run("chmod", "700", program),
    `exec ${program}`,
  ].join("\n");
  const start = `${run("setpriv", "--pdeathsig", "KILL", tool(tools, "sh"), "-c", script, "cnb-sandbox")} $$`;
  return `(cd /; exec ${start}) >/dev/null 5>&- &\ninit=$!`;
}

/** There is nothing else to wait on without another process. */
const waitForProcessOne = `while read -r _ name state _ </proc/$init/stat && [ "$name" != "(${basename(program)})" ]; do [ "$state" != Z ]; done`;

const reportFd = 3;
const lifeFd = 4;
const errorFd = 5;

/** From the machine's files as root to the command. Its environment is that of no program before it. */
function programSteps(spec: PreparedSpec, context: UnshareContext): readonly Step[] {
  const { cwd, command, env } = spec;
  return [
    ...stayAsProcessOne(),
    ...newKeyring(),
    ...mountSteps(spec, context),
    { what: "name the host", call: "sethostname", args: [sandboxHostname, sandboxHostname.length] },
    ...(spec.network ? [] : bringUpLoopback()),
    { what: `enter ${cwd}`, call: "chdir", args: [cwd] },
    ...identitySteps(spec, context),
    ...refuseCalls(context.arch),
    { what: "hand over standard error", call: "dup3", args: [errorFd, 2, 0] },
    { what: "hand over standard error", call: "close", args: [errorFd] },
    { what: "report", call: "write", args: [reportFd, "ready", 5] },
    { what: "report", call: "close", args: [reportFd] },
    ...execute(command, env),
  ];
}

const getFlags = 1; // F_GETFD
const [childEnded, ignore] = [17, [1, 0, 0, 0]]; // SIGCHLD, and SIG_IGN without flags

/** Of the two processes that run the program process 1 is the one that holds the file of its life. The kernel collects orphans of one that ignores SIGCHLD. */
function stayAsProcessOne(): readonly Step[] {
  const what = "stay as process 1";
  return [
    { what, call: "fcntl", args: [lifeFd, getFlags], onError: "set up" },
    { what, call: "rt_sigaction", args: [childEnded, ignore, 0, 8] },
    ...[0, 1, 2, reportFd, 6].map((fd): Step => ({ what, call: "close", args: [fd], onError: "next" })),
    { what, label: "stay", call: "ppoll", args: [0, 0, 0, 0, 0], onSuccess: "stay", onError: "stay" },
    { what, label: "set up", call: "compare", args: [0], onError: "next" },
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

/** An ordinary user is root of the outer user namespace, which mounting needs, and becomes `uid` in an inner one. */
function identitySteps({ uid, gid }: PreparedSpec, { asRoot }: UnshareContext): readonly Step[] {
  return asRoot
    ? [...dropCapabilities(), ...becomeUser(uid, gid, true)]
    : enterInnerNamespace({ uid, gid }, { uid: 0, gid: 0 });
}
