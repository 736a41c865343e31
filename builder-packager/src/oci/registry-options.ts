/** How registries are talked to. */
export interface RegistryOptions {
  /** Where credentials, proxies and certificates are configured. Without it all access is anonymous and direct. */
  readonly env?: NodeJS.ProcessEnv;
  /** Hosts (with port) that are reached by plain http or with certificates nobody signed. Loopback needs no entry. */
  readonly insecure?: readonly string[];
  /** PEM files with authorities that are trusted as well as the usual ones. */
  readonly caCertificates?: readonly string[];
  /**
   * By host (`docker.io`, or `*` for all): where images are read first, each `HOST[:PORT][/PREFIX]`. What no mirror has comes
   * from the registry itself; what is written always goes there.
   */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** By registry or namespace. They take precedence over the files of docker and podman. */
  readonly logins?: Readonly<Record<string, RegistryLogin>> | undefined;
  readonly signal?: AbortSignal;
  /** Blobs transferred at a time. @default 4 */
  readonly concurrency?: number;
  /** Bytes of a blob that are sent by one request; larger blobs take several, so that a break costs one of them. @default 64 MiB */
  readonly chunkSize?: number;
  /**
   * Milliseconds after which a blob's connection counts as broken when no byte came, or fewer than 512 in each second.
   * @default 60_000
   */
  readonly idleTimeout?: number;
  /** Milliseconds in which a whole manifest, token or page of a list must have come. @default 30_000 */
  readonly documentTimeout?: number;
  /** Told which host is waited for, after 5 s without an answer. */
  readonly waiting?: (host: string) => void;
  /** Told what registries want their users to know (the header `Warning`), each once. */
  readonly warn?: (text: string) => void;
  /** The time and how it passes. Tests let it run ahead. */
  readonly clock?: Clock;
}

/** Credentials for a registry; `helper` names a program `docker-credential-…`. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string }
  | { readonly helper: string };

/** A clock that waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with an AbortError when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
