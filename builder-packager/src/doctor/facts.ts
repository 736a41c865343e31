import type { Availability } from "../buildah/availability.ts";
import type { KernelSettings } from "../sandbox/choose-backend.ts";

/** A way to run buildpacks, and why it does not work here, if so. */
export interface BackendFact {
  readonly backend: "bubblewrap" | "unshare" | "docker" | "podman" | "direct";
  readonly reason?: string;
  /** What the engine's own error says to do. */
  readonly hint?: string;
}

/** All that a diagnosis depends on. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly node: string;
  readonly isRoot: boolean;
  readonly inContainer: boolean;
  readonly backends: readonly BackendFact[];
  readonly kernel: KernelSettings;
  /** Whether the user has subordinate ids, and a program may map them. Root needs none. */
  readonly subordinateIds: { readonly ranges: boolean; readonly newuidmap: boolean };
  /** How many files a process may have open; undefined when there is no limit, or nobody says. */
  readonly openFiles: number | undefined;
  readonly cache: CacheFact;
  readonly memoryLimits: "cgroup" | "process" | "none";
  /** What counts the processes of a sandbox. */
  readonly processLimits: "cgroup" | "namespace" | "none";
  /** Whether Dockerfiles of image extensions can be applied, or why not. */
  readonly extensions: Availability;
  /** Settings by name; without passwords. */
  readonly proxies: Readonly<Record<string, string>>;
  readonly authorities: readonly { readonly variable: string; readonly file: string; readonly isReadable: boolean }[];
  readonly credentials: readonly CredentialFact[];
  readonly nowMs: number;
}

/** The folder that cnb keeps its things in. */
export interface CacheFact {
  readonly dir: string;
  /** Why it cannot be written. */
  readonly problem?: string;
  readonly fileSystem?: string;
  /** Whether programs cannot start there (noexec). */
  readonly startsNoPrograms?: boolean;
  readonly freeBytes?: number;
  readonly sizeBytes?: number;
  /** Null if there is no limit (LIBCNB_CACHE_SIZE). */
  readonly limitBytes?: number | null;
  /** Directories that builds could not remove. */
  readonly leftovers?: readonly string[];
}

/** A file with logins for registries. */
export interface CredentialFact {
  readonly file: string;
  /** Programs that keep the secrets, and whether they are there. */
  readonly helpers: readonly { readonly name: string; readonly isFound: boolean }[];
  /** How many registries it has logins for. */
  readonly registries: number;
  readonly problem?: string;
}
