/** Options for finding a Docker daemon, or a podman service with its API. */
export interface DaemonOptions {
  /**
   * The environment variables, such as `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`,
   * `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`. @default that of the registry's options
   */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Called with the engine's address after 5 s without a response. */
  readonly waiting?: (where: string) => void;
}
