import { toolPath } from "../sandbox/backends/host-facts.ts";
import { installFilter, limitProcesses, newKeyring } from "../sandbox/confine.ts";
import { execute } from "../sandbox/processes/execute.ts";
import { type Rule, rules } from "../sandbox/seccomp/rules.ts";
import type { HostFacts } from "../sandbox/spec.ts";
import { syscallArchitecture } from "../sandbox/syscalls/architecture.ts";
import type { SyscallArchitecture } from "../sandbox/syscalls/assembled.ts";
import type { SyscallName } from "../sandbox/syscalls/numbers.ts";
import { type Step, syscallProgram } from "../sandbox/syscalls/program.ts";
import { rootDir, rootScript, startFile } from "./root-script.ts";

/** The settings with which a program is isolated from the machine. */
export interface Apart {
  /**
   * True if cnb runs as root. The program then keeps root's ids. Otherwise it becomes root of a user
   * namespace with the subordinate ids of cnb's user.
   */
  readonly asRoot: boolean;
  /** True if the program has network access. */
  readonly network: boolean;
  /**
   * Absolute paths of directories that the program can access, in addition to the machine's tools.
   */
  readonly locations: readonly string[];
  readonly cwd: string;
  /** The program's complete environment, except a `PATH` with the machine's tools. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A command line, and the bytes for its standard input. The bytes are the program that enters the
 * confined root file system.
 */
export interface ConfinedCommand {
  readonly words: readonly [string, ...string[]];
  readonly input: Uint8Array;
}

/**
 * Returns the command line that runs a program in its own namespaces: its mounts are private and
 * temporary, the program can access only the files that it needs, and it is killed with all its
 * children when cnb ends.
 *
 * The program gets a session keyring of its own, and a filter refuses system calls that neither
 * buildah nor `RUN` instructions need.
 */
export function inNamespaces(
  words: readonly string[],
  { asRoot, network, locations, cwd, env }: Apart,
  { tools, toolDirs }: Pick<HostFacts, "tools" | "toolDirs">,
  arch: SyscallArchitecture = syscallArchitecture(),
): ConfinedCommand {
  const tool = (name: string): string => tools[name] ?? name;
  const user = asRoot ? [] : ["--user", "--map-root-user", "--map-auto"];
  const spaces = ["--mount", "--propagation", "private", "--ipc", "--uts", ...(network ? [] : ["--net"])];
  const processes = ["--pid", "--fork", "--kill-child", "--mount-proc"];
  const seen = [asRoot ? "give_fixed" : "give", ...toolDirs, "--", ...locations, "--"];
  const start = [tool("sh"), "-c", rootScript, "cnb-buildah", ...seen];
  const enter = ["chroot", rootDir, "/bin/sh", "-c", 'cd "$0" && exec "$@"', cwd, ...words] as const;
  const steps: readonly Step[] = [
    { what: `remove ${startFile}`, call: "unlinkat", args: [-100, startFile, 0] },
    ...newKeyring(),
    ...(asRoot ? [] : limitProcesses()),
    ...installFilter(arch, rules.filter(isForContainerTools)),
    ...execute(enter, { PATH: toolPath(process.env), ...env }),
  ];
  return {
    words: [tool("setpriv"), "--pdeathsig", "KILL", tool("unshare"), ...user, ...spaces, ...processes, "--", ...start],
    input: syscallProgram(steps, arch).bytes,
  };
}

/**
 * System calls that buildah needs for mounts, roots and namespaces. buildah itself denies them to
 * `RUN` instructions.
 */
const neededByBuildah: readonly SyscallName[] = ["chroot", "clone", "mount", "setdomainname", "sethostname", "unshare"];
const isForContainerTools = ({ calls }: Rule): boolean => !calls.some((name) => neededByBuildah.includes(name));

/**
 * Capabilities that `RUN` instructions lack, although they run as root. The instructions keep the
 * capabilities that package managers need. buildah only changes the root directory with chroot(2).
 * Therefore, a command with one of the listed capabilities could escape from the image through a
 * device, another root or a raw socket.
 */
export const droppedCapabilities = ["CAP_MKNOD", "CAP_SYS_CHROOT", "CAP_NET_RAW", "CAP_AUDIT_WRITE", "CAP_SETPCAP"];

/** One Dockerfile to apply with buildah. All paths are absolute. */
export interface Application {
  /** The id of the base image in buildah's storage. */
  readonly base: string;
  readonly dockerfile: string;
  readonly context: string;
  /**
   * The values of the Dockerfile's `ARG` instructions. For a repeated name, the last value is used.
   */
  readonly args: readonly { readonly name: string; readonly value: string }[];
  /** True if the Dockerfile names another base image, which `base` replaces. */
  readonly namesOther: boolean;
  /** The path of the file to which buildah writes the id of the new image. */
  readonly idFile: string;
}

/**
 * Returns the arguments of `buildah build`. Each instruction that changes files creates its own
 * layer, as in the lifecycle's extender.
 */
export function buildArguments(application: Application): readonly string[] {
  const { base, dockerfile, context, args, namesOther, idFile } = application;
  const given = namesOther ? args : [...args, { name: "base_image", value: base }];
  return [
    "build",
    "--pull-never",
    "--layers",
    "--isolation",
    "chroot",
    "--format",
    "oci",
    "--identity-label=false",
    ...droppedCapabilities.flatMap((name) => ["--cap-drop", name]),
    ...given.flatMap(({ name, value }) => ["--build-arg", `${name}=${value}`]),
    ...(namesOther ? ["--from", base] : []),
    "--iidfile",
    idFile,
    "--file",
    dockerfile,
    context,
  ];
}
