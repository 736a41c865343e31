import type { SyscallProgram } from "./syscalls/program.ts";

/** Sandboxes of the kernel's namespaces. */
export type NamespaceBackend = "bubblewrap" | "unshare-root" | "unshare-user";

/**
 * A sandbox mechanism. `chooseBackend` finds those that a machine supports. `direct` has no
 * sandbox: a child process in the container in which cnb runs.
 */
export type SandboxBackend = NamespaceBackend | "docker" | "podman" | "direct";

/** The limits of a command. */
export interface SandboxLimits {
  readonly memoryBytes?: number;
}

/** A file or directory of the host that is seen inside. */
export interface Mount {
  /** Absolute path on the host. */
  readonly source: string;
  /** Absolute path inside. It need not exist in the root file system. */
  readonly target: string;
  readonly readonly: boolean;
}

/** A directory with an empty file system in memory. */
export interface Tmpfs {
  /** Absolute path inside. */
  readonly target: string;
  /** The size limit of its files. @default that of `/tmp` */
  readonly bytes?: number;
  /** Permissions of the directory. @default 0o1777 */
  readonly mode?: number;
}

/** A port of the host that leads to one inside. */
export interface PortBinding {
  readonly address: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/**
 * A writable layer over an unmodified root file system. Both directories are on one file system,
 * `workDir` is empty.
 */
export interface Overlay {
  readonly upperDir: string;
  readonly workDir: string;
}

/** One command in a sandbox: its files, user and environment. */
export interface SandboxSpec {
  /** Absolute path of an unpacked image. Missing mount points (empty files and directories) are created in it. */
  readonly rootfs: string;
  readonly rootfsWritable: boolean;
  /** Writes go here instead of into `rootfs`; not understood by the bubblewrap backend. */
  readonly overlay?: Overlay;
  /** Mounts may be below them. @default `/tmp` */
  readonly tmpfs?: readonly Tmpfs[];
  /** Later mounts cover earlier ones. */
  readonly mounts: readonly Mount[];
  /** Found through `PATH` of `env` when the first word has no slash. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  /** `true` shares the host's network, `false` leaves only a loopback interface. */
  readonly network: boolean;
  /** Ports that a container engine forwards, in a network of its own; other backends are given a `PrivateNetwork`. */
  readonly ports?: readonly PortBinding[];
  readonly limits?: SandboxLimits;
}

/** A mount with a target free of symbolic links. */
export interface PreparedMount extends Mount {
  readonly kind: "directory" | "file";
}

/** A spec whose mount points exist in `rootfs` and are free of symbolic links. */
export interface PreparedSpec extends SandboxSpec {
  /** `spec.mounts` after the host's resolver files. */
  readonly mounts: readonly PreparedMount[];
  /** The tmpfs mounts with resolved targets. */
  readonly tmpfs: readonly Tmpfs[];
}

/** The properties of the host that determine how a sandbox is created. */
export interface HostFacts {
  /** Absolute paths of tools that were found, by name. */
  readonly tools: Readonly<Record<string, string>>;
  /** Top-level directories that hold tools and their libraries, for example `/usr`, `/lib64`. */
  readonly toolDirs: readonly string[];
}

/** A process to start. */
export interface SandboxCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** NUL-separated arguments that must not be seen in the process list, written to file descriptor 3. */
  readonly secretArgs?: string;
  /** Sets up the sandbox from within and becomes the command; its bytes are written to file descriptor 6. */
  readonly program?: SyscallProgram;
  /** The loader's steps before it becomes bubblewrap. */
  readonly launcher?: SyscallProgram;
}

/** The name that a sandboxed process sees as its host, the same everywhere so that it cannot change an output. */
export const sandboxHostname = "cnb";
