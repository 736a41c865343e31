/** How registries are talked to. */
export interface RegistryOptions {
  /** Where credentials, proxies and certificates are configured. Without it all access is anonymous and direct. */
  readonly env?: NodeJS.ProcessEnv;
  /** Hosts (with port) that are reached by plain http or with certificates nobody signed. Loopback needs no entry. */
  readonly insecure?: readonly string[];
  readonly signal?: AbortSignal;
  /** Blobs transferred at a time. @default 4 */
  readonly concurrency?: number;
}
