import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { noteMaking, noteUse } from "../../cache-use.ts";
import { concurrently } from "../../concurrently.ts";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import { type FetchContext, fetchFile, hasSha256 } from "./fetch.ts";
import type { BinaryPackage } from "./package-index.ts";

/** Enough parallel downloads to hide a mirror's latency, but too few to look like an attack. */
const parallelDownloads = 6;

export interface PackageCacheContext extends FetchContext {
  readonly reporter: Reporter;
  /** The directory of `.deb` files, named by their checksum. */
  readonly debsDir: string;
}

/**
 * Ensures that the cache contains each package. A cached file whose checksum does not match is
 * downloaded again.
 */
export async function fetchPackages(packages: readonly BinaryPackage[], context: PackageCacheContext): Promise<void> {
  const present = await Promise.all(packages.map((item) => isCached(cachedFile(item, context), item.sha256)));
  const missing = packages.filter((_, index) => !present[index]);
  if (missing.length === 0) return;
  const bytes = missing.reduce((sum, { size }) => sum + size, 0);
  context.reporter.info(`Fetching ${missing.length} packages (${(bytes / 1e6).toFixed(1)} MB)`);
  await concurrently(missing, (item) => fetchPackage(item, context), { limit: parallelDownloads, abort: false });
}

async function fetchPackage(item: BinaryPackage, context: PackageCacheContext): Promise<void> {
  context.reporter.debug(`${item.name} ${item.version}`);
  const { urls, sha256, size } = item;
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      await noteMaking(cachedFile(item, context));
      return await fetchFile({ url, to: cachedFile(item, context), sha256, maxBytes: size }, context);
    } catch (error) {
      context.signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw item.locked ? goneError(item, failures) : failures[0];
}

const isCached = async (file: string, sha256: string): Promise<boolean> =>
  (await noteUse(file)) && (await hasSha256(file, sha256));

/** Creates the error for a missing version: archives remove versions soon after their successors appear. */
function goneError({ name, version, sha256, urls }: BinaryPackage, failures: readonly unknown[]): CnbError {
  const locations = urls.map((url) => `\n  ${url}`).join("");
  return new CnbError(
    "BASE_LOCK_GONE",
    `cannot fetch ${name} ${version}, which the lock file pins, from any mirror:${locations}`,
    {
      cause: failures[0],
      hint: `Check the network. If the mirrors have removed this version, pass --mirror with another mirror or with a directory that contains the package (sha256 ${sha256.slice(0, 12)}…). To use a newer version, renew the lock file with --update-lock.`,
    },
  );
}

const cachedFile = ({ sha256 }: BinaryPackage, { debsDir }: PackageCacheContext): string =>
  join(debsDir, `${sha256}.deb`);

/** Reads a package from the cache, after `fetchPackages` has stored it there. */
export const readPackage = (item: BinaryPackage, context: PackageCacheContext): Promise<Uint8Array> =>
  readFile(cachedFile(item, context));
