import { enterInnerNamespace, newKeyring, refuseCalls } from "./confine.ts";
import { type MemoryFiles, sandboxSizes, tmpfsSize } from "./default-limits.ts";
import { execute } from "./execute.ts";
import { maskedInProc, settingsInProc } from "./masked-files.ts";
import {
  type HostFacts,
  type Mount,
  type PreparedSpec,
  type SandboxCommand,
  sandboxHostname,
  type Tmpfs,
} from "./spec.ts";
import type { SyscallArchitecture } from "./syscalls/assembled.ts";
import { type Step, syscallProgram } from "./syscalls/program.ts";

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

/** What a plan needs to know besides the spec. */
export interface BubblewrapContext {
  readonly host: HostFacts;
  readonly arch: SyscallArchitecture;
  /** Whether it can limit what a file system in memory takes (since 0.7). */
  readonly hasSizes: boolean;
}

/** The program is a file in memory until it removes itself. */
const program = "/dev/.cnb-sandbox";

/** The bubblewrap command line of a sandbox. Options travel through a pipe since they are long. */
export function bubblewrapCommand(spec: PreparedSpec, context: BubblewrapContext): SandboxCommand {
  const options = [...isolation(spec), ...fileSystem(spec, context), "--clearenv"];
  return {
    file: context.host.tools.bwrap ?? "bwrap",
    args: ["--args", argsFd, "--json-status-fd", statusFd, "--sync-fd", lifeFd, "--", program, "cnb-sandbox"],
    env: {},
    secretArgs: options.map((option) => `${option}\0`).join(""),
    program: syscallProgram(programSteps(spec, context), context.arch),
  };
}

/**
 * bubblewrap has taken all capabilities, refused new privileges and set up everything else by then. Its process 1 is the command's
 * user, without the filter and with the caller's keyring, so the command is in a user namespace of its own: else it could write to
 * `/proc/1/mem`, and would be process 1.
 */
function programSteps({ command, env, uid, gid }: PreparedSpec, { arch }: BubblewrapContext): readonly Step[] {
  const what = "take over file descriptors";
  return [
    { what, call: "dup3", args: [reportFd, failureFd, closeOnExec] },
    { what, call: "close", args: [reportFd] },
    { what: `remove ${program}`, call: "unlinkat", args: [workingDir, program, 0] },
    ...newKeyring(),
    ...enterInnerNamespace({ uid, gid }, { uid: outerUid(uid), gid }),
    ...refuseCalls(arch),
    ...execute(command, env),
  ];
}

/** Only who may give files capabilities can map uid 0 of a user namespace, which nobody in bubblewrap may any more (Linux 5.12). */
const outerUid = (uid: number): number => uid || 1;

function isolation({ uid, gid, network }: PreparedSpec): readonly string[] {
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
  return [
    ...namespaces,
    ...(network ? [] : ["--unshare-net"]),
    "--hostname",
    sandboxHostname,
    "--uid",
    `${outerUid(uid)}`,
    "--gid",
    `${gid}`,
    "--cap-drop",
    "ALL",
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
    ...mounts.flatMap(bind),
    "--chdir",
    cwd,
  ];
}

const bind = (mount: Mount): readonly string[] => [mount.readonly ? "--ro-bind" : "--bind", mount.source, mount.target];
