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

/** The isolation of a program from the machine. */
export interface Apart {
  /** Root keeps its ids; any other user becomes root of a user namespace with its subordinate ids. */
  readonly asRoot: boolean;
  /** True if it reaches the network. */
  readonly network: boolean;
  /** Absolute paths of directories that it can access. Besides these it sees only the machine's tools. */
  readonly locations: readonly string[];
  readonly cwd: string;
  /** Its complete environment, except a `PATH` with the machine's tools. */
  readonly env: Readonly<Record<string, string>>;
}

/** A command that is started with a program of system calls as its standard input. */
export interface ConfinedCommand {
  readonly words: readonly [string, ...string[]];
  readonly input: Uint8Array;
}

/**
 * The command line that runs a program in its own namespaces: its mounts are private and temporary,
 * it sees only the files it needs, and it is killed with all its children when cnb ends.
 *
 * It gets a session keyring of its own, and the kernel refuses it what neither it nor commands of Dockerfiles need.
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
 * System calls that buildah needs for mounts, roots and namespaces, and itself denies to commands
 * of Dockerfiles.
 */
const neededByBuildah: readonly SyscallName[] = ["chroot", "clone", "mount", "setdomainname", "sethostname", "unshare"];
const isForContainerTools = ({ calls }: Rule): boolean => !calls.some((name) => neededByBuildah.includes(name));

/**
 * Capabilities of root that commands of Dockerfiles do not get, so that they keep what installing
 * packages needs. Devices, other roots and raw sockets would lead out of the image, because buildah
 * enters it only by chroot(2).
 */
export const droppedCapabilities = ["CAP_MKNOD", "CAP_SYS_CHROOT", "CAP_NET_RAW", "CAP_AUDIT_WRITE", "CAP_SETPCAP"];

/** One Dockerfile to apply. All paths are absolute. */
export interface Application {
  /** The id of the base image in the storage. */
  readonly base: string;
  readonly dockerfile: string;
  readonly context: string;
  /** The arguments in order; the last one of each name is used. */
  readonly args: readonly { readonly name: string; readonly value: string }[];
  /** True if the file names another image, which is replaced by this one. */
  readonly namesOther: boolean;
  /** The file for the id of the new image. */
  readonly idFile: string;
}

/**
 * The arguments of `buildah build`: one layer for each instruction that creates one, as in the
 * lifecycle's extender.
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
