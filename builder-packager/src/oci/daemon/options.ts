/** How a Docker daemon, or a podman service that speaks its API, is found. */
export interface DaemonOptions {
  /** `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` count. @default that of the registry's options */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Told which engine is waited for, after 5 s without an answer. */
  readonly waiting?: (where: string) => void;
}
