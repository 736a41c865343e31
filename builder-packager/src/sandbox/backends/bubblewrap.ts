import {
  becomeUser,
  dropCapabilities,
  enterInnerNamespace,
  enterNamespaceOfRoot,
  type IdMaps,
  limitProcesses,
  newKeyring,
  refuseCalls,
} from "../confine.ts";
import { type MemoryFiles, sandboxSizes, tmpfsSize } from "../limits/default-limits.ts";
import { maskedInProc, settingsInProc } from "../mounts/masked-files.ts";
import { execute } from "../processes/execute.ts";
import {
  type HostFacts,
  type Mount,
  type PreparedSpec,
  type SandboxCommand,
  sandboxHostname,
  type Tmpfs,
} from "../spec.ts";
import type { SyscallArchitecture } from "../syscalls/assembled.ts";
import { loadedProgram, type Step, type SyscallProgram, syscallProgram } from "../syscalls/program.ts";
import { type TerminalSize, takeTerminal } from "../terminal/terminal-steps.ts";

/**
 * File descriptors of bubblewrap. It reads its arguments from 3 and writes its status report to 4.
 * 5 stays open until the last process in the sandbox ends. 6 provides the program that becomes the
 * command, and 7 receives its report.
 */
const argsFd = "3";
const statusFd = "4";
const lifeFd = "5";
const programFd = 6;
const reportFd = 7;
const [failureFd, closeOnExec, workingDir] = [3, 0o2000000, -100];

/**
 * File descriptors with which the loader starts, before it becomes bubblewrap. The loader uses the
 * descriptors 3 and 6 itself: it reports to 3 and reads its list of system calls from 6. bubblewrap
 * expects its arguments at 3 and the command's program at 6. Therefore, these two inputs are passed
 * at the first two descriptors of this list. The third descriptor is the loader's executable.
 */
export const [argsFdOfLoader, programFdOfLoader, launcherFd] = [8, 9, 10];

/** The file descriptor of the terminal, if there is one: the next one after those above. */
const terminalFd = (asRoot: boolean): number => (asRoot ? 11 : 8);

/** The inputs of a bubblewrap command line that the `SandboxSpec` does not contain. */
export interface BubblewrapContext {
  readonly host: HostFacts;
  readonly arch: SyscallArchitecture;
  /** True if this version of bubblewrap can limit the size of tmpfs mounts (since 0.7). */
  readonly hasSizes: boolean;
  /**
   * True if root starts the sandbox. The sandbox then has a user namespace that maps each id in
   * `ids` to itself.
   */
  readonly asRoot: boolean;
  readonly ids: IdMaps;
  /** The size of the terminal that the command gets. @default the command gets no terminal */
  readonly terminal?: TerminalSize | undefined;
}

/** The path of the program in the sandbox's tmpfs. The program removes it when it starts. */
const program = "/dev/.cnb-sandbox";

/**
 * Returns the bubblewrap command line of a sandbox. Options are passed through a pipe, because they
 * may be too long for a command line.
 */
export function bubblewrapCommand(spec: PreparedSpec, context: BubblewrapContext): SandboxCommand {
  const options = [...isolation(spec, context), ...fileSystem(spec, context), "--clearenv"];
  const file = context.host.tools.bwrap ?? "bwrap";
  const args = ["--args", argsFd, "--json-status-fd", statusFd, "--sync-fd", lifeFd, "--", program, "cnb-sandbox"];
  const shared = {
    env: {},
    secretArgs: options.map((option) => `${option}\0`).join(""),
    program: syscallProgram(programSteps(spec, context), context.arch),
  };
  if (!context.asRoot) return { file, args, ...shared };
  const launcher = launcherProgram([file, ...args], context);
  return { file: `/proc/self/fd/${launcherFd}`, args: ["cnb-sandbox"], ...shared, launcher };
}

/**
 * Becomes bubblewrap in a user namespace that root owns, with ids mapped to themselves, so that
 * files keep their owners. An account of the machine with the command's id cannot access bubblewrap
 * or the command.
 */
function launcherProgram(command: readonly [string, ...string[]], { ids, arch }: BubblewrapContext): SyscallProgram {
  const what = "take over file descriptors";
  return loadedProgram(
    [
      ...enterNamespaceOfRoot(ids),
      { what: "clear the supplementary groups", call: "setgroups", args: [0, 0] },
      { what, call: "dup3", args: [argsFdOfLoader, Number(argsFd), 0] },
      { what, call: "dup3", args: [programFdOfLoader, programFd, 0] },
      ...[argsFdOfLoader, programFdOfLoader, launcherFd].map((fd): Step => ({ what, call: "close", args: [fd] })),
      ...execute(command, {}),
    ],
    arch,
  );
}

/**
 * The program that bubblewrap executes inside the sandbox. By then, bubblewrap has set no_new_privs
 * and everything but the user. Its process 1 has no filter, and has the caller's keyring.
 */
function programSteps(spec: PreparedSpec, { arch, asRoot, terminal }: BubblewrapContext): readonly Step[] {
  const what = "take over file descriptors";
  return [
    { what, call: "dup3", args: [reportFd, failureFd, closeOnExec] },
    { what, call: "close", args: [reportFd] },
    { what: `remove ${program}`, call: "unlinkat", args: [workingDir, program, 0] },
    ...newKeyring(),
    ...(terminal ? takeTerminal({ fd: terminalFd(asRoot), size: terminal }, spec.uid, spec.gid) : []),
    ...(asRoot ? identityOfRoot(spec) : identityOfOthers(spec)),
    ...refuseCalls(arch),
    ...execute(spec.command, spec.env),
  ];
}

/**
 * Puts the command into a user namespace of its own. Process 1 has the same user, so the command
 * could otherwise write to `/proc/1/mem` and take over process 1.
 */
const identityOfOthers = ({ uid, gid }: PreparedSpec) => enterInnerNamespace({ uid, gid }, { uid: outerUid(uid), gid });

/**
 * Changes to the command's user. Process 1 is user 0 of root's user namespace, to which other users
 * have no access; a command that is user 0 itself gets a user namespace of its own.
 */
const identityOfRoot = ({ uid, gid }: PreparedSpec): readonly Step[] =>
  uid === 0
    ? enterInnerNamespace({ uid, gid }, { uid: 0, gid: 0 })
    : [...limitProcesses(), ...dropCapabilities(), ...becomeUser(uid, gid, true)];

/**
 * The uid in the outer user namespace. Since Linux 5.12, mapping uid 0 of a user namespace requires
 * a capability (CAP_SETFCAP) that no process in bubblewrap has, so uid 0 becomes 1.
 */
const outerUid = (uid: number): number => uid || 1;

function isolation({ uid, gid, network }: PreparedSpec, { asRoot }: BubblewrapContext): readonly string[] {
  const user = ["--unshare-user", "--uid", `${outerUid(uid)}`, "--gid", `${gid}`, "--cap-drop", "ALL"];
  const namespaces = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
  return [
    ...(asRoot ? [] : user), // root keeps its capabilities
    ...namespaces,
    ...(network ? [] : ["--unshare-net"]),
    "--hostname",
    sandboxHostname,
    "--die-with-parent",
  ];
}

function fileSystem(
  { rootfs, rootfsWritable, mounts, cwd, tmpfs, uid }: PreparedSpec,
  { hasSizes }: BubblewrapContext,
): readonly string[] {
  const { shm, tmp } = sandboxSizes();
  const inMemory = ({ target, mode = 0o1777 }: Tmpfs, { bytes }: MemoryFiles): readonly string[] => [
    ...(hasSizes ? ["--size", `${bytes}`] : []),
    "--perms",
    mode.toString(8).padStart(4, "0"),
    "--tmpfs",
    target,
  ];
  return [
    ...bind({ source: rootfs, target: "/", readonly: !rootfsWritable }),
    "--proc",
    "/proc",
    ...maskedInProc().flatMap((file) => ["--ro-bind", "/dev/null", file]),
    ...(uid === 0 ? settingsInProc().flatMap((path) => ["--ro-bind", path, path]) : []),
    "--dev",
    "/dev",
    "--perms",
    "0700",
    "--file",
    `${programFd}`,
    program,
    ...inMemory({ target: "/dev/shm" }, shm),
    ...tmpfs.flatMap((each) => inMemory(each, tmpfsSize(each, tmp))),
    ...mounts.flatMap((mount, index) => [...directoriesInMemory(mount, tmpfs, mounts.slice(0, index)), ...bind(mount)]),
    "--chdir",
    cwd,
  ];
}

/**
 * Options that create the directories above a mount in a tmpfs. bubblewrap 0.8 would create them
 * with mode 0700 and owned by root.
 */
function directoriesInMemory({ target }: Mount, tmpfs: readonly Tmpfs[], earlier: readonly Mount[]): readonly string[] {
  const isBelow = (path: string, dir: string) => path.startsWith(`${dir}/`);
  return directoriesAbove(target)
    .filter((path) => tmpfs.some((each) => isBelow(path, each.target)))
    .filter((path) => !earlier.some((mount) => path === mount.target || isBelow(path, mount.target)))
    .flatMap((path) => ["--perms", "0755", "--dir", path]);
}

/** The parent directories of a path, for example `/a` and `/a/b` for `/a/b/c`. */
function directoriesAbove(path: string): readonly string[] {
  const names = path.split("/").slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}

const bind = (mount: Mount): readonly string[] => [mount.readonly ? "--ro-bind" : "--bind", mount.source, mount.target];
