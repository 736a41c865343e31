import type { HostFacts } from "../sandbox/spec.ts";

/** How far a program is kept apart from the machine. */
export interface Apart {
  /** Root keeps its ids; anyone else becomes root of a user namespace with its subordinate ids. */
  readonly asRoot: boolean;
  /** Whether it reaches the network. */
  readonly network: boolean;
}

/**
 * The command line that runs a program in namespaces of its own: whatever it mounts is seen by nobody else and is gone with it, and it is
 * killed, with all that it started, when cnb is.
 *
 * @example `inNamespaces(["buildah", "--version"], { asRoot: true, network: true }, readHostFacts(process.env))`
 */
export function inNamespaces(
  words: readonly string[],
  { asRoot, network }: Apart,
  { tools }: Pick<HostFacts, "tools">,
): readonly [string, ...string[]] {
  const tool = (name: string): string => tools[name] ?? name;
  const user = asRoot ? [] : ["--user", "--map-root-user", "--map-auto"];
  const spaces = ["--mount", "--propagation", "private", "--ipc", "--uts", ...(network ? [] : ["--net"])];
  const processes = ["--pid", "--fork", "--kill-child", "--mount-proc"];
  const start = [tool("sh"), "-c", withOwnDevices, "cnb-buildah", ...words];
  return [tool("setpriv"), "--pdeathsig", "KILL", tool("unshare"), ...user, ...spaces, ...processes, "--", ...start];
}

/**
 * Commands of Dockerfiles see the /dev of buildah: it must hold nothing but what every container has, since root could read disks by it.
 * The new one is made over /dev/shm, which is there everywhere, and then takes the place of the old one.
 */
const withOwnDevices = `set -e
dev=/dev/shm
mount -t tmpfs -o mode=755 tmpfs $dev
for name in null zero full random urandom tty; do : >$dev/$name; mount --bind /dev/$name $dev/$name; done
mkdir $dev/shm $dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts $dev/pts
ln -s pts/ptmx $dev/ptmx
ln -s /proc/self/fd $dev/fd
ln -s fd/0 $dev/stdin
ln -s fd/1 $dev/stdout
ln -s fd/2 $dev/stderr
mount --rbind $dev /dev
exec "$@"`;

/**
 * What commands of a Dockerfile may do as root besides what they may as an ordinary user: what installing packages takes. Devices, other
 * roots and raw sockets would lead out of the image, as buildah enters it by chroot(2) alone.
 */
export const droppedCapabilities = ["CAP_MKNOD", "CAP_SYS_CHROOT", "CAP_NET_RAW", "CAP_AUDIT_WRITE", "CAP_SETPCAP"];

/** One Dockerfile to apply. Paths are absolute. */
export interface Application {
  /** The image's id in the storage. */
  readonly base: string;
  readonly dockerfile: string;
  readonly context: string;
  /** In order; of one name the last counts. */
  readonly args: readonly { readonly name: string; readonly value: string }[];
  /** Whether the file names another image, in whose place this one is taken. */
  readonly namesOther: boolean;
  /** Gets the id of the new image. */
  readonly idFile: string;
}

/** Arguments of `buildah build`: one layer for each instruction that has one, as the lifecycle's extender makes them. */
export function buildArguments(application: Application): readonly string[] {
  const { base, dockerfile, context, args, namesOther, idFile } = application;
  const given = namesOther ? args : [...args, { name: "base_image", value: base }];
  return [
    ...["build", "--pull-never", "--layers", "--isolation", "chroot", "--format", "oci", "--identity-label=false"],
    ...droppedCapabilities.flatMap((name) => ["--cap-drop", name]),
    ...given.flatMap(({ name, value }) => ["--build-arg", `${name}=${value}`]),
    ...(namesOther ? ["--from", base] : []),
    ...["--iidfile", idFile, "--file", dockerfile, context],
  ];
}
