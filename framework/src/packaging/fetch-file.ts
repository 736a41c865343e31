import { defined } from "../defined.ts";
import type { Download, DownloadOptions } from "../host/downloads/download-options.ts";
import { contextDownload } from "../inventory/context-download.ts";
import { downloadHost } from "./carried-files.ts";
import type { AddressHost } from "./unreachable.ts";

/**
 * Downloads a file as a build would, through proxies and mirrors. npm and pypi files come from the
 * registries that the environment configures.
 *
 * @param uri an https, http or file URL, `npm:<package>@<version>`, `npm:<package>` or
 * `pypi:<wheel>`
 * @throws LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH, MIRROR_INVALID,
 * NPM_REGISTRY_UNKNOWN, …
 * @example
 * `await fetchFile("https://example.org/index.json", { to: file }, { dir: ".", env: process.env, log })`
 */
export async function fetchFile(uri: string, options: DownloadOptions, host: AddressHost): Promise<Download> {
  const { pypiIndex, signal } = host;
  return contextDownload(downloadHost(host))(uri, { quiet: true, ...defined({ pypiIndex, signal }), ...options });
}
