import { LibcnbError } from "../../errors.ts";

/** Options of a download. */
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

/**
 * The context's `download`. In addition to the package's function of that name, it searches for the
 * file (by `integrity`) in the buildpack's package and in the directory BP_DOWNLOAD_CACHE, uses
 * mirrors and mappings (BP_DEPENDENCY_MIRROR, bindings of the types `dependency-mirror` and
 * `dependency-mapping`), trusts certificates of bindings, supports `npm:<package>@<version>` and
 * `npm:<package>` (the JSON metadata of all versions) from the user's npm registry and
 * `pypi:<wheel>` from a Python package index, and writes to the log.
 */
export type DownloadFile = (url: string | URL, options: DownloadOptions) => Promise<Download>;

/** The result of a download. */
export interface Download {
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Downloads a file by HTTP(S), or copies a `file:` URL: retries, resumes interrupted downloads, and
 * uses the environment's proxies and CA certificates.
 *
 * @throws LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH
 * @example `await download("https://example.org/tool.tar.gz", { to: join(path, "tool.tar.gz"), integrity: "sha512-…" })`
 */
export async function download(url: string | URL, options: DownloadOptions): Promise<Download> {
  // loaded late: detect downloads nothing, and TLS is half of a start-up
  const { downloadFile } = await import("./download-file.ts");
  return downloadFile(addressOf(url), options);
}

/** Parses the URL of a file. @throws LibcnbError DOWNLOAD_FAILED */
export function addressOf(url: string | URL): URL {
  const address = URL.parse(String(url));
  if (address === null) throw notDownloadable(JSON.stringify(url));
  return address;
}

/** Creates the error for a URL with another scheme. */
export function notDownloadable(shown: string): LibcnbError<"DOWNLOAD_FAILED"> {
  return new LibcnbError("DOWNLOAD_FAILED", `could not download ${shown}`, {
    cause: "it is not an https, http or file URL",
    hint: "Correct the address.",
  });
}
