import { type Download, type DownloadOptions, notDownloadable } from "./download-options.ts";

/**
 * The type of the context's `download`, which has more features than the function `download` of
 * `libcnb`. It searches for the file (by `integrity`) in the buildpack's package and in the
 * directory BP_DOWNLOAD_CACHE. It uses mirrors and mappings (BP_DEPENDENCY_MIRROR, bindings of the
 * types `dependency-mirror` and `dependency-mapping`), and trusts certificates of bindings. It
 * supports `npm:<package>@<version>` and `npm:<package>` (the JSON metadata of all versions) from
 * the user's npm registry, and `pypi:<wheel>` from a Python package index. It also writes to the
 * log.
 */
export type DownloadFile = (url: string | URL, options: DownloadOptions) => Promise<Download>;

/**
 * Downloads a file by HTTP(S), or copies the file of a `file:` URL. Failed requests are repeated,
 * and interrupted downloads are resumed. The environment's proxies and CA certificates are used.
 *
 * @throws LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH
 * @example `await download("https://example.org/tool.tar.gz", { to: join(path, "tool.tar.gz"), integrity: "sha512-…" })`
 */
export async function download(url: string | URL, options: DownloadOptions): Promise<Download> {
  // loaded late: detect downloads nothing, and TLS is half of a start-up
  const { downloadFile } = await import("./download-file.ts");
  return downloadFile(addressOf(url), options);
}

/**
 * Parses the URL of a file.
 *
 * @throws LibcnbError DOWNLOAD_FAILED
 */
export function addressOf(url: string | URL): URL {
  const address = URL.parse(String(url));
  if (address === null) throw notDownloadable(JSON.stringify(url));
  return address;
}
