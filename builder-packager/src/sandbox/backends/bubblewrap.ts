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

/**
 * File descriptors: 3 carries the arguments, 4 the status report, 5 stays open as long as anything inside lives, 6 brings the program that
 * becomes the command, and 7 takes what it reports.
 */
const argsFd = "3";
const statusFd = "4";
const lifeFd = "5";
const programFd = 6;
const reportFd = 7;
const [failureFd, closeOnExec, workingDir] = [3, 0o2000000, -100];

/**
 * File descriptors of the loader that becomes bubblewrap: the loader reports to 3 and reads its
 * list from 6, so bubblewrap's own ones come through the first two of these; the third is the
 * loader.
 */
export const [argsFdOfLoader, programFdOfLoader, launcherFd] = [8, 9, 10];

/** The inputs of a plan besides the spec. */
export interface BubblewrapContext {
  readonly host: HostFacts;
  readonly arch: SyscallArchitecture;
  /** True if it can limit the size of tmpfs mounts (since 0.7). */
  readonly hasSizes: boolean;
  /** Set if root starts it, with the ids that root maps to themselves in its user namespace. */
  readonly asRoot: boolean;
  readonly ids: IdMaps;
}

/** The program is a file in memory until it removes itself. */
const program = "/dev/.cnb-sandbox";

/** The bubblewrap command line of a sandbox. Options travel through a pipe since they are long. */
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
 * Becomes bubblewrap in a user namespace that root owns and where each id is the same as around it: to an account of the machine with the
 * id of the command bubblewrap and the command are closed, and files keep their owners.
 */
function launcherProgram(command: readonly [string, ...string[]], { ids, arch }: BubblewrapContext): SyscallProgram {
  const what = "take over file descriptors";
  return loadedProgram(
    [
      ...enterNamespaceOfRoot(ids),
      { what: "leave all groups", call: "setgroups", args: [0, 0] },
      { what, call: "dup3", args: [argsFdOfLoader, Number(argsFd), 0] },
      { what, call: "dup3", args: [programFdOfLoader, programFd, 0] },
      ...[argsFdOfLoader, programFdOfLoader, launcherFd].map((fd): Step => ({ what, call: "close", args: [fd] })),
      ...execute(command, {}),
    ],
    arch,
  );
}

/**
 * bubblewrap has refused new privileges and set up everything but the user by then. Its process 1 is without the filter and has the
 * caller's keyring.
 */
function programSteps(spec: PreparedSpec, { arch, asRoot }: BubblewrapContext): readonly Step[] {
  const what = "take over file descriptors";
  return [
    { what, call: "dup3", args: [reportFd, failureFd, closeOnExec] },
    { what, call: "close", args: [reportFd] },
    { what: `remove ${program}`, call: "unlinkat", args: [workingDir, program, 0] },
    ...newKeyring(),
    ...(asRoot ? identityOfRoot(spec) : identityOfOthers(spec)),
    ...refuseCalls(arch),
    ...execute(spec.command, spec.env),
  ];
}

/**
 * Process 1 is the command's user, so the command is in a user namespace of its own: else it could write to `/proc/1/mem`, and would be
 * process 1.
 */
const identityOfOthers = ({ uid, gid }: PreparedSpec) => enterInnerNamespace({ uid, gid }, { uid: outerUid(uid), gid });

/** Process 1 is user 0 of root's user namespace, to which another user has no access. */
const identityOfRoot = ({ uid, gid }: PreparedSpec): readonly Step[] =>
  uid === 0
    ? enterInnerNamespace({ uid, gid }, { uid: 0, gid: 0 })
    : [...limitProcesses(), ...dropCapabilities(), ...becomeUser(uid, gid, true)];

/** Only who may give files capabilities can map uid 0 of a user namespace, which nobody in bubblewrap may any more (Linux 5.12). */
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

/** Directories above a mount in a file system in memory. bubblewrap 0.8 makes them with mode 0700, and they are root's. */
function directoriesInMemory({ target }: Mount, tmpfs: readonly Tmpfs[], earlier: readonly Mount[]): readonly string[] {
  const isBelow = (path: string, dir: string) => path.startsWith(`${dir}/`);
  return directoriesAbove(target)
    .filter((path) => tmpfs.some((each) => isBelow(path, each.target)))
    .filter((path) => !earlier.some((mount) => path === mount.target || isBelow(path, mount.target)))
    .flatMap((path) => ["--perms", "0755", "--dir", path]);
}

/** `/a` and `/a/b` of `/a/b/c`. */
function directoriesAbove(path: string): readonly string[] {
  const names = path.split("/").slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}

const bind = (mount: Mount): readonly string[] => [mount.readonly ? "--ro-bind" : "--bind", mount.source, mount.target];
