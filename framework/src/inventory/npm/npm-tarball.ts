import { join } from "node:path";
import { LibcnbError } from "../../errors.ts";
import type { Download, DownloadOptions } from "../../host/downloads/download-options.ts";
import { hasHttpStatus } from "../../host/downloads/retry.ts";
import { shownUrl } from "../../host/downloads/shown-url.ts";
import { textAt } from "../../host/files/read.ts";
import { inTemporaryDirectory } from "../../host/files/temporary-directory.ts";
import { optional, string, table } from "../../spec/schemas/schema.ts";
import { decode } from "../../spec/schemas/standard-schema.ts";
import type { DownloadHost } from "../download-host.ts";
import { type NpmPackage, npmPackage, npmPackageName } from "./npm-package.ts";
import {
  chooseRegistry,
  documentUrl,
  manifestUrl,
  type Registry,
  type RegistrySources,
  tarballUrl,
} from "./npm-registry.ts";
import { registrySources } from "./npm-sources.ts";

const manifest = table({ dist: table({ tarball: optional(string) }) });

/**
 * Downloads the package `npm:<package>@<version>`, or the metadata `npm:<package>`, from the user's
 * npm registry.
 */
export async function fromNpmRegistry(host: DownloadHost, uri: URL, options: DownloadOptions): Promise<Download> {
  const sources = { ...(await registrySources(host)), fallback: options.npmRegistry };
  const name = npmPackageName(uri.href);
  return name === undefined ? npmTarball(host, uri, options, sources) : npmDocument(host, name, options, sources);
}

async function npmDocument(
  host: DownloadHost,
  name: string,
  options: DownloadOptions,
  sources: RegistrySources,
): Promise<Download> {
  const registry = chooseRegistry({ name }, sources);
  const url = documentUrl(registry, { name });
  host.log.info(`Downloading ${shownUrl(url)} (registry of ${registry.source})`);
  // what an installation needs, a tenth of what there is; registries that do not know it send all
  const accept = "application/vnd.npm.install-v1+json, application/json;q=0.5";
  return host.download(url, { ...options, headers: { accept, ...headersFor(url, registry) } });
}

async function npmTarball(
  host: DownloadHost,
  uri: URL,
  options: DownloadOptions,
  sources: RegistrySources,
): Promise<Download> {
  const wanted = npmPackage(uri.href);
  if (wanted === undefined) {
    throw new LibcnbError("DOWNLOAD_FAILED", `${uri.href} does not name a version of an npm package`, {
      hint: "Use the form npm:<package>@<version>, with all three numbers of the version.",
    });
  }
  const registry = chooseRegistry(wanted, sources);
  const url = tarballUrl(registry, wanted);
  host.log.info(`Downloading ${shownUrl(url)} (registry of ${registry.source})`);
  try {
    return await host.download(url, { ...options, headers: headersFor(url, registry) });
  } catch (error) {
    // some registries have another layout; what comes is checked all the same
    if (!hasHttpStatus(error, 404, 405)) throw error;
    const reported = await reportedTarball(host, registry, wanted);
    if (reported === undefined || reported.href === url.href) throw error;
    host.log.info(`Downloading ${shownUrl(reported)}, the URL in the registry's metadata`);
    return host.download(reported, { ...options, headers: headersFor(reported, registry) });
  }
}

/** The URL in a version's manifest; undefined if there is none. */
async function reportedTarball(host: DownloadHost, registry: Registry, wanted: NpmPackage): Promise<URL | undefined> {
  return inTemporaryDirectory(async (dir) => {
    const [url, to] = [manifestUrl(registry, wanted), join(dir, "manifest.json")];
    const options = { to, env: host.env, headers: headersFor(url, registry), maxBytes: 16 * 1024 ** 2 };
    const found = await host.download(url, options).then(
      () => true,
      () => false, // the first error is more specific
    );
    return found ? tarballOf((await textAt(to)) ?? "") : undefined;
  });
}

function tarballOf(text: string): URL | undefined {
  try {
    const { value } = decode(manifest, JSON.parse(text)) as { value?: { dist: { tarball?: string } } };
    const url = URL.parse(value?.dist.tarball ?? "");
    return url !== null && ["https:", "http:"].includes(url.protocol) ? url : undefined;
  } catch {
    return undefined; // a page for people
  }
}

// a token is for the registry that it was given for
function headersFor(url: URL, registry: Registry): Readonly<Record<string, string>> {
  const isOwn = registry.authorization !== undefined && url.origin === new URL(registry.url).origin;
  return isOwn ? { authorization: registry.authorization } : {};
}
