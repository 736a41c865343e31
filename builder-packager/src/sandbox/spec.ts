import type { SyscallProgram } from "./syscalls/program.ts";

/** The sandbox backends that use kernel namespaces. */
export type NamespaceBackend = "bubblewrap" | "unshare-root" | "unshare-user";

/**
 * A sandbox mechanism. `chooseBackend` finds one that works on the machine. `direct` is not a
 * sandbox: it starts a child process in the container in which cnb runs.
 */
export type SandboxBackend = NamespaceBackend | "docker" | "podman" | "direct";

/** The resource limits of a command in a sandbox. */
export interface SandboxLimits {
  readonly memoryBytes?: number;
}

/** A file or directory of the host that is mounted in the sandbox. */
export interface Mount {
  /** The absolute path on the host. */
  readonly source: string;
  /** The absolute path inside the sandbox. It need not exist in the root file system. */
  readonly target: string;
  readonly readonly: boolean;
}

/** A directory of the sandbox in which an empty tmpfs is mounted. */
export interface Tmpfs {
  /** The absolute path inside the sandbox. */
  readonly target: string;
  /** The maximum total size of the files in it, in bytes. @default that of `/tmp` */
  readonly bytes?: number;
  /** The permission bits of the directory. @default 0o1777 */
  readonly mode?: number;
}

/** A port of the host that is forwarded to a port in the container. */
export interface PortBinding {
  readonly address: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/**
 * A writable layer over an unmodified root file system. Both directories must be on the same file
 * system, and `workDir` must be empty.
 */
export interface Overlay {
  readonly upperDir: string;
  readonly workDir: string;
}

/** One command in a sandbox: its files, user and environment. */
export interface SandboxSpec {
  /**
   * The absolute path of an unpacked image. Missing mount points are created in it, as empty files
   * and directories.
   */
  readonly rootfs: string;
  readonly rootfsWritable: boolean;
  /**
   * The writable layer that receives all writes, so that `rootfs` stays unchanged. The bubblewrap
   * backend does not support it.
   */
  readonly overlay?: Overlay;
  /** The tmpfs mounts. Other mounts may be inside of them. @default `/tmp` */
  readonly tmpfs?: readonly Tmpfs[];
  /** The mounts. A later mount covers an earlier one. */
  readonly mounts: readonly Mount[];
  /** The command line. If its first word has no slash, it is looked up in the `PATH` of `env`. */
  readonly command: readonly [string, ...string[]];
  /** The complete environment of the command. No environment variable of cnb is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  /** `true` shares the host's network, `false` leaves only a loopback interface. */
  readonly network: boolean;
  /**
   * Ports that a container engine forwards. The container then has its own network. Other backends
   * use a `PrivateNetwork`.
   */
  readonly ports?: readonly PortBinding[];
  readonly limits?: SandboxLimits;
}

/** A mount whose target path contains no symbolic links. */
export interface PreparedMount extends Mount {
  readonly kind: "directory" | "file";
}

/** A spec whose mount points exist in `rootfs` and contain no symbolic links. */
export interface PreparedSpec extends SandboxSpec {
  /** The mounts of the host's resolver files, followed by `spec.mounts`. */
  readonly mounts: readonly PreparedMount[];
  /** The tmpfs mounts with resolved targets. */
  readonly tmpfs: readonly Tmpfs[];
}

/** The programs of the host that a sandbox needs. */
export interface HostFacts {
  /** The absolute paths of tools that were found, by name. */
  readonly tools: Readonly<Record<string, string>>;
  /**
   * Top-level directories that contain tools and their libraries, for example `/usr` and `/lib64`.
   */
  readonly toolDirs: readonly string[];
}

/** The command line and the inputs of a process to start. */
export interface SandboxCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /**
   * NUL-separated arguments that must not appear in the process list. They are written to file
   * descriptor 3.
   */
  readonly secretArgs?: string;
  /**
   * The program that sets up the sandbox from inside and becomes the command. It is written to file
   * descriptor 6.
   */
  readonly program?: SyscallProgram;
  /** The steps that the loader executes before it becomes bubblewrap. */
  readonly launcher?: SyscallProgram;
}

/**
 * The host name inside a sandbox. It is constant, so that it cannot affect the output of a build.
 */
export const sandboxHostname = "cnb";
