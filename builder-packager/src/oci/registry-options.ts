/** Options for accessing registries. */
export interface RegistryOptions {
  /**
   * The environment with credentials, proxies and certificates. Without it all access is anonymous
   * and direct.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Hosts (with port) accessed by plain http or with self-signed certificates. Loopback needs no entry. */
  readonly insecure?: readonly string[];
  /** PEM files with additional trusted CA certificates. */
  readonly caCertificates?: readonly string[];
  /**
   * Mirrors by host (`docker.io`, or `*` for all), which are read first, each
   * `HOST[:PORT][/PREFIX]`. Content missing on mirrors comes from the registry itself; writes
   * always go there.
   */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Logins by registry or namespace. They take precedence over the files of docker and podman. */
  readonly logins?: Readonly<Record<string, RegistryLogin>> | undefined;
  readonly signal?: AbortSignal;
  /** The number of concurrent blob transfers. @default 4 */
  readonly concurrency?: number;
  /**
   * The bytes of a blob in one request; larger blobs take several, so that an interruption affects
   * only one. @default 64 MiB
   */
  readonly chunkSize?: number;
  /**
   * Milliseconds after which a blob's connection is broken without any byte, or with fewer than 512
   * in each second. @default 60_000
   * @default 60_000
   */
  readonly idleTimeout?: number;
  /** Milliseconds for receiving a complete manifest, token or page of a list. @default 30_000 */
  readonly documentTimeout?: number;
  /** Called with the host's name after 5 s without a response. */
  readonly waiting?: (host: string) => void;
  /** Called with warnings of registries (the header `Warning`), each once. */
  readonly warn?: (text: string) => void;
  /** The clock, which tests can advance. */
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
  /** Rejects with an AbortError if the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
