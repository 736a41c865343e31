import { LibcnbError } from "../../errors.ts";

/** Options of a download. */
export interface DownloadOptions {
  /** The destination path. The file appears complete and verified, or not at all. */
  readonly to: string;
  /**
   * The expected digest: `sha256:<hex>`, or `sha256-`, `sha384-` or `sha512-` and base64. The
   * digest is verified while the bytes arrive.
   */
  readonly integrity?: string;
  /** Headers for the first host. They are not sent to redirect targets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The maximal size in bytes. Default: 4 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /**
   * The registry for `npm:` URLs in the context's `download` if the user names none. Default: none,
   * which is an error.
   */
  readonly npmRegistry?: string;
  /**
   * The Python package index, with its credentials, for `pypi:` URLs in the context's `download`.
   * Default: none, which is an error.
   */
  readonly pypiIndex?: string;
  /**
   * True to omit the file from the log, for the context's `download`. Retries and slow progress are
   * still logged.
   */
  readonly quiet?: boolean;
  /** Called with the number of bytes so far, and the total if the server sent it. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
  /**
   * The environment variables with proxies and CA certificates: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY,
   * NO_PROXY, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS. Default: the environment of the process.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The total number of attempts (default 5), and the milliseconds before the second one (default
   * 500). The delay doubles each time, unless the server sends Retry-After.
   */
  readonly retry?: { readonly attempts?: number; readonly delayMs?: number };
  /** Called before another attempt, with the delay in milliseconds. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
  /** The time limit for all attempts together, in milliseconds. Default: no limit. */
  readonly timeoutMs?: number;
  /**
   * The milliseconds after which an attempt fails if no bytes arrive, or fewer than 512 per second.
   * Default: 30,000.
   */
  readonly idleTimeoutMs?: number;
}

/** The size and digest of a downloaded file. */
export interface Download {
  readonly bytes: number;
  /** The SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Creates the error for a URL with an unsupported scheme. `shown` is the URL without credentials.
 */
export function notDownloadable(shown: string): LibcnbError<"DOWNLOAD_FAILED"> {
  return new LibcnbError("DOWNLOAD_FAILED", `could not download ${shown}`, {
    cause: "the address is not an https, http or file URL",
    hint: "Correct the address, for example https://example.com/file.tar.gz.",
  });
}
