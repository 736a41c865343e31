import type { Availability } from "../buildah/availability.ts";
import type { KernelSettings } from "../sandbox/backends/choose-backend.ts";

/** A backend for buildpacks, with the reason if it does not work here. */
export interface BackendFact {
  readonly backend: "bubblewrap" | "unshare" | "docker" | "podman" | "direct";
  readonly reason?: string;
  /** The hint in the engine's own error. */
  readonly hint?: string;
}

/** All facts for a diagnosis. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly node: string;
  readonly isRoot: boolean;
  readonly inContainer: boolean;
  readonly backends: readonly BackendFact[];
  readonly kernel: KernelSettings;
  /** True if the user has subordinate ids and a program that maps them. Root needs none. */
  readonly subordinateIds: { readonly ranges: boolean; readonly newuidmap: boolean };
  /** The limit of open files per process; undefined if there is none or it is unknown. */
  readonly openFiles: number | undefined;
  readonly cache: CacheFact;
  readonly memoryLimits: "cgroup" | "process" | "none";
  /** The mechanism that limits a sandbox's processes. */
  readonly processLimits: "cgroup" | "namespace" | "none";
  /** The availability of image extensions, or the reason why they are not available. */
  readonly extensions: Availability;
  /** Settings by name, without passwords. */
  readonly proxies: Readonly<Record<string, string>>;
  readonly authorities: readonly { readonly variable: string; readonly file: string; readonly isReadable: boolean }[];
  readonly credentials: readonly CredentialFact[];
  readonly nowMs: number;
}

/** The cache directory of cnb. */
export interface CacheFact {
  readonly dir: string;
  /** The reason why it is not writable. */
  readonly problem?: string;
  readonly fileSystem?: string;
  /** True if programs cannot start there (noexec). */
  readonly startsNoPrograms?: boolean;
  readonly freeBytes?: number;
  readonly sizeBytes?: number;
  /** The limit; null for none (LIBCNB_CACHE_SIZE). */
  readonly limitBytes?: number | null;
  /** Directories that builds could not remove. */
  readonly leftovers?: readonly string[];
}

/** A file with registry logins. */
export interface CredentialFact {
  readonly file: string;
  /** Credential helpers, and whether they are installed. */
  readonly helpers: readonly { readonly name: string; readonly isFound: boolean }[];
  /** The number of registries with logins. */
  readonly registries: number;
  readonly problem?: string;
}
