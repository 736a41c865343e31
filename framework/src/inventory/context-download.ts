import { restoreCarried } from "../host/downloads/carried-archive.ts";
import type { Checksum } from "../host/downloads/checksum.ts";
import { addressOf, type DownloadFile } from "../host/downloads/download.ts";
import { type DownloadCache, downloadCache } from "../host/downloads/download-cache.ts";
import type { Download, DownloadOptions } from "../host/downloads/download-options.ts";
import { parseIntegrity } from "../host/downloads/integrity.ts";
import { fileNameOf } from "../host/downloads/percent-encoding.ts";
import { shownUrl } from "../host/downloads/shown-url.ts";
import type { DownloadHost } from "./download-host.ts";
import { fromNpmRegistry } from "./npm/npm-tarball.ts";
import { progressReporter } from "./progress.ts";
import { fromPythonIndex } from "./pypi/pypi-index.ts";
import { routeOf } from "./route.ts";

/**
 * Creates the `download` of a context: see `DownloadFile`. The returned function searches for a
 * file in the buildpack's package, then in the cache, then on the network.
 */
export function contextDownload(host: DownloadHost): DownloadFile {
  return async (address, options) => {
    const url = addressOf(address);
    const checksum = options.integrity === undefined ? undefined : parseIntegrity(options.integrity);
    // without a checksum, the content of a cache cannot be verified
    if (checksum === undefined) return transfer(host, url, undefined, options);
    const cache = cacheOf(host);
    return (
      (await carried(host, url, checksum, options)) ??
      (await cached(host, cache, url, checksum, options)) ??
      (await kept(cache, checksum, options.to, await transfer(host, url, checksum, options)))
    );
  };
}

async function carried(
  { buildpackDir, log }: DownloadHost,
  url: URL,
  checksum: Checksum,
  { to, quiet }: DownloadOptions,
): Promise<Download | undefined> {
  const result = await restoreCarried(buildpackDir, checksum, to);
  if (result === "wrong")
    log.warn(`${fileNameOf(url)} in the buildpack's package is ignored: its checksum is not the expected one`);
  if (result === undefined || result === "wrong") return undefined;
  if (!quiet) log.info(`Using ${fileNameOf(url)} from the buildpack's package`);
  return result;
}

function cacheOf({ env, log }: DownloadHost): DownloadCache | undefined {
  return env.BP_DOWNLOAD_CACHE ? downloadCache(env.BP_DOWNLOAD_CACHE, (text) => log.warn(text)) : undefined;
}

async function cached(
  { log }: DownloadHost,
  cache: DownloadCache | undefined,
  url: URL,
  checksum: Checksum,
  { to, quiet }: DownloadOptions,
): Promise<Download | undefined> {
  const result = await cache?.restore(checksum, to);
  if (result !== undefined && !quiet) log.info(`Using ${fileNameOf(url)} from the download cache`);
  return result;
}

async function kept(
  cache: DownloadCache | undefined,
  checksum: Checksum,
  to: string,
  result: Download,
): Promise<Download> {
  await cache?.keep(checksum, to);
  return result;
}

async function transfer(
  host: DownloadHost,
  url: URL,
  checksum: Checksum | undefined,
  options: DownloadOptions,
): Promise<Download> {
  const route = await routeOf(url, checksum, host);
  const reported = { env: host.env, ...reporting(host), ...options };
  if (route.url.protocol === "npm:") return fromNpmRegistry(host, route.url, reported);
  if (route.url.protocol === "pypi:") return fromPythonIndex(host, route.url, reported);
  const official = route.by === undefined ? "" : ` (${route.by} of ${shownUrl(url)})`;
  if (!options.quiet) host.log.info(`Downloading ${shownUrl(route.url)}${official}`);
  // what the caller sends is a secret of the official host
  return host.download(route.url, route.url.host === url.host ? reported : { ...reported, headers: {} });
}

function reporting({ log, clock }: DownloadHost): Pick<DownloadOptions, "onProgress" | "onRetry"> {
  return {
    onProgress: progressReporter(log, clock),
    onRetry: (error, waitMs) =>
      log.info(`Trying again in ${Math.ceil(waitMs / 1000)} s: ${error instanceof Error ? error.message : error}`),
  };
}
