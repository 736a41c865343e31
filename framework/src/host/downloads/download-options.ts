/** Options of a download. */

import { LibcnbError } from "../../errors.ts";

export interface DownloadOptions {
  /** The destination path. The file appears complete and verified, or not at all. */
  readonly to: string;
  /** `sha256:<hex>`, or `sha256-`, `sha384-`, `sha512-` and base64. Verified while the bytes arrive. */
  readonly integrity?: string;
  /** Headers for the first host only, not for redirect targets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: 4 GiB. */
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
   * For the context's `download`: true to omit the file from the log. Retries and slow progress are
   * still logged.
   */
  readonly quiet?: boolean;
  /** Receives the bytes so far, and the total if the server sent it. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
  /**
   * The environment with proxies and CA certificates: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY,
   * SSL_CERT_FILE, NODE_EXTRA_CA_CERTS. Default: that of the process.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Total attempts (default 5), and milliseconds before the second one (default 500; doubles each
   * time, unless the server sends Retry-After).
   */
  readonly retry?: { readonly attempts?: number; readonly delayMs?: number };
  /** Called before another attempt, with the delay in milliseconds. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
  /** Milliseconds for all attempts together. Default: no limit. */
  readonly timeoutMs?: number;
  /**
   * Milliseconds after which an attempt fails without any byte, or with fewer than 512 in each
   * second. Default: 30,000.
   */
  readonly idleTimeoutMs?: number;
}

/** The result of a download. */
export interface Download {
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

/** Creates the error for a URL with another scheme. */
export function notDownloadable(shown: string): LibcnbError<"DOWNLOAD_FAILED"> {
  return new LibcnbError("DOWNLOAD_FAILED", `could not download ${shown}`, {
    cause: "it is not an https, http or file URL",
    hint: "Correct the address.",
  });
}
