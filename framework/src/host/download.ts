import { LibcnbError } from "../errors.ts";

/** What is downloaded where. */
export interface DownloadOptions {
  /** The file. It appears complete and checked, or not at all. */
  readonly to: string;
  /** `sha256:<hex>`, or `sha256-`, `sha384-`, `sha512-` and base64. Checked while the bytes arrive. */
  readonly integrity?: string;
  /** Sent to the first host only, not to where it redirects. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: 4 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** For `npm:` addresses in `download` of the context: the registry to use where the user names none. Default: none, which is an error. */
  readonly npmRegistry?: string;
  /** For `pypi:` addresses in `download` of the context: the Python package index, with its credentials. Default: none, which is an error. */
  readonly pypiIndex?: string;
  /** For `download` of the context: whether the log does not name the file. Retries and slow progress are logged all the same. */
  readonly quiet?: boolean;
  /** Bytes so far, and in all if the server said so. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
  /** Where proxies and certificate authorities are looked up: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Attempts in all (default 5), milliseconds before the second one (default 500; doubles each time, unless the server says Retry-After). */
  readonly retry?: { readonly attempts?: number; readonly delayMs?: number };
  /** Another attempt will be made after so many milliseconds. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
  /** Milliseconds for all attempts together. Default: no limit. */
  readonly timeoutMs?: number;
  /** Milliseconds after which an attempt is given up if no byte came, or fewer than 512 in each second. Default: 30,000. */
  readonly idleTimeoutMs?: number;
}

/**
 * Downloads a file as the user of the build wants it: `download` of the context. Other than the function of the package it looks for the file (by
 * `integrity`) among those that the buildpack's package carries and in the directory BP_DOWNLOAD_CACHE, asks mirrors and mappings (BP_DEPENDENCY_MIRROR,
 * bindings of the types `dependency-mirror` and `dependency-mapping`), trusts certificates of bindings, knows `npm:<package>@<version>` and `npm:<package>`
 * (the JSON document with all versions of a package) of the user's npm registry, `pypi:<wheel>` of a Python package index, and tells the log.
 */
export type DownloadFile = (url: string | URL, options: DownloadOptions) => Promise<Download>;

/** What was downloaded. */
export interface Download {
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Downloads a file by HTTP(S), or copies one of `file:`: tries again, goes on where it was interrupted, uses proxies and certificate authorities of the environment.
 *
 * @throws LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH
 * @example `await download("https://example.org/tool.tar.gz", { to: join(path, "tool.tar.gz"), integrity: "sha512-…" })`
 */
export async function download(url: string | URL, options: DownloadOptions): Promise<Download> {
  // loaded late: detect downloads nothing, and TLS is half of a start-up
  const { downloadFile } = await import("./download-file.ts");
  return downloadFile(addressOf(url), options);
}

/** The address of a file. @throws LibcnbError DOWNLOAD_FAILED */
export function addressOf(url: string | URL): URL {
  const address = URL.parse(String(url));
  if (address === null) throw notDownloadable(JSON.stringify(url));
  return address;
}

/** The error for an address of another kind. */
export function notDownloadable(shown: string): LibcnbError<"DOWNLOAD_FAILED"> {
  return new LibcnbError("DOWNLOAD_FAILED", `could not download ${shown}`, {
    cause: "it is not an https, http or file URL",
    hint: "Correct the address.",
  });
}
