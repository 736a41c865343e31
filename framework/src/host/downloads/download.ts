import { type Download, type DownloadOptions, notDownloadable } from "./download-options.ts";

/**
 * The context's `download`. In addition to the package's function of that name, it searches for the
 * file (by `integrity`) in the buildpack's package and in the directory BP_DOWNLOAD_CACHE, uses
 * mirrors and mappings (BP_DEPENDENCY_MIRROR, bindings of the types `dependency-mirror` and
 * `dependency-mapping`), trusts certificates of bindings, supports `npm:<package>@<version>` and
 * `npm:<package>` (the JSON metadata of all versions) from the user's npm registry and
 * `pypi:<wheel>` from a Python package index, and writes to the log.
 */
export type DownloadFile = (url: string | URL, options: DownloadOptions) => Promise<Download>;

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
