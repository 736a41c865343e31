import type { Availability } from "../buildah/availability.ts";
import type { KernelSettings } from "../sandbox/backends/choose-backend.ts";

/**
 * The fact whether a sandbox backend works on this machine. If it does not work, `reason` explains
 * why.
 */
export interface BackendFact {
  readonly backend: "bubblewrap" | "unshare" | "docker" | "podman" | "direct";
  readonly reason?: string;
  /** A hint how to make the backend work. */
  readonly hint?: string;
}

/** All facts that a diagnosis is based on. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly node: string;
  readonly isRoot: boolean;
  readonly inContainer: boolean;
  readonly backends: readonly BackendFact[];
  readonly kernel: KernelSettings;
  /**
   * `ranges`: true if /etc/subuid has subordinate ids of the user. `newuidmap`: true if the program
   * that maps them is on the `PATH`. Root needs neither.
   */
  readonly subordinateIds: { readonly ranges: boolean; readonly newuidmap: boolean };
  /**
   * The maximum number of open files per process; undefined if there is no limit or it is unknown.
   */
  readonly openFiles: number | undefined;
  readonly cache: CacheFact;
  readonly memoryLimits: "cgroup" | "process" | "none";
  /** The mechanism that limits the number of a sandbox's processes. */
  readonly processLimits: "cgroup" | "namespace" | "none";
  /**
   * The version of buildah that applies image extensions, or the reason why they are unavailable.
   */
  readonly extensions: Availability;
  /** The proxy settings, by the name of the environment variable, without passwords. */
  readonly proxies: Readonly<Record<string, string>>;
  readonly authorities: readonly { readonly variable: string; readonly file: string; readonly isReadable: boolean }[];
  readonly credentials: readonly CredentialFact[];
  readonly nowMs: number;
}

/** The facts about cnb's cache directory. */
export interface CacheFact {
  readonly dir: string;
  /** The reason why the directory is not writable; absent if it is. */
  readonly problem?: string;
  readonly fileSystem?: string;
  /** True if programs in the directory cannot be executed (noexec). */
  readonly startsNoPrograms?: boolean;
  readonly freeBytes?: number;
  readonly sizeBytes?: number;
  /** The maximum size of the cache in bytes (LIBCNB_CACHE_SIZE); null for no limit. */
  readonly limitBytes?: number | null;
  /** Paths of directories that builds could not remove. */
  readonly leftovers?: readonly string[];
}

/** The facts about a file with registry logins. */
export interface CredentialFact {
  readonly file: string;
  /** The credential helpers that the file names. `isFound` is true if the helper is installed. */
  readonly helpers: readonly { readonly name: string; readonly isFound: boolean }[];
  /** The number of registries that have logins in the file. */
  readonly registries: number;
  readonly problem?: string;
}
