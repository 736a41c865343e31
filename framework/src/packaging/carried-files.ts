import { join } from "node:path";
import type { Bindings } from "../binding/binding.ts";
import { defined } from "../defined.ts";
import { appDirectory } from "../host/app.ts";
import { restoreCarried } from "../host/downloads/carried-archive.ts";
import { type Checksum, parseChecksum } from "../host/downloads/checksum.ts";
import type { DownloadFile } from "../host/downloads/download.ts";
import { downloadFile } from "../host/downloads/download-file.ts";
import { fileNameOf } from "../host/downloads/percent-encoding.ts";
import { verified } from "../host/downloads/verified-copy.ts";
import { entryAt } from "../host/files/read.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import { contextDownload } from "../inventory/context-download.ts";
import { decodeInventory } from "../inventory/decode.ts";
import type { DownloadHost } from "../inventory/download-host.ts";
import type { InventoryFile, Release } from "../inventory/release.ts";
import { invalidDescriptor } from "../spec/descriptor.ts";
import type { Table } from "../spec/schemas/schema.ts";
import { matchesTarget, type Target } from "../spec/target.ts";

/** A file included in an offline package. */
export interface CarriedFile {
  readonly release: Release;
  /** The path in the buildpack's directory: `dependencies/<digest>/<name>`. */
  readonly path: string;
  /** The path of the file on this machine. */
  readonly file: string;
}

/** The inputs for downloading the files of an offline package. */
export interface CarriedFilesHost {
  /** The buildpack's directory, whose `.npmrc` may name an npm registry. */
  readonly dir: string;
  /** The directory in which downloads are cached. */
  readonly cacheDir: string;
  /**
   * The environment variables with mirrors, proxies, CA certificates and npm's registry, as in a
   * build.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Python package index for `pypi:` URLs. */
  readonly pypiIndex?: string | undefined;
  readonly log: DownloadHost["log"];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads and verifies the releases in `[[metadata.dependencies]]` that are for a target,
 * regardless of its distribution. Files that are already in the directory are only verified.
 *
 * @throws LibcnbError DESCRIPTOR_INVALID also if a checksum is missing, DOWNLOAD_FAILED,
 * DOWNLOAD_CHECKSUM_MISMATCH, NPM_REGISTRY_UNKNOWN, …
 * @example
 * `await carriedFiles({ metadata: {}, file }, target, { dir: path, cacheDir: "/var/cache", env, log })`
 */
export async function carriedFiles(
  { metadata, file }: { readonly metadata: Table; readonly file: string },
  target: Target,
  host: CarriedFilesHost,
): Promise<readonly CarriedFile[]> {
  const releases = releasesFor(decodeInventory(metadata, file, "metadata"), target);
  const download = contextDownload(downloadHost(host));
  const files = new Map<string, CarriedFile>();
  for (const { release, checksum } of releases) {
    if (files.has(checksum.digest) || (await isCarried(host.dir, checksum))) continue;
    files.set(checksum.digest, await carried(release, checksum, { ...host, download }));
  }
  return [...files.values()];
}

/**
 * Selects the releases for a target. A file without a checksum cannot be identified, so the
 * buildpack does not search for it.
 */
function releasesFor({ releases, file }: InventoryFile, target: Target) {
  const locations = releases.map((release, index) => ({ release, location: `metadata.dependencies[${index}]` }));
  const wanted = locations.filter(({ release: { os, arch, variant } }) => matchesTarget({ os, arch, variant }, target));
  const known = wanted.flatMap(({ release, location }) => {
    const checksum = parseChecksum(release.checksum ?? "");
    return checksum ? [{ release, checksum, location }] : [];
  });
  const issues = wanted
    .filter(({ location }) => !known.some((each) => each.location === location))
    .map(({ location }) => ({
      path: `${location}.checksum`,
      message: "is missing; the packaged file is found by its checksum",
    }));
  if (issues.length > 0) throw invalidDescriptor(file, issues);
  return known;
}

/** Creates the {@link DownloadHost} for downloads outside of a build. */
export function downloadHost({ dir, env, log }: Pick<CarriedFilesHost, "dir" | "env" | "log">): DownloadHost {
  const none: Pick<Bindings, "filter"> = { filter: async () => [] };
  return { app: appDirectory(dir), buildpackDir: dir, env, log, bindings: none, clock: Date, download: downloadFile };
}

const isCarried = (dir: string, checksum: Checksum): Promise<boolean> =>
  inTemporaryDirectory(async (temporary) => {
    const restored = await restoreCarried(dir, checksum, join(temporary, "file"));
    return restored !== undefined && restored !== "wrong";
  });

async function carried(
  release: Release,
  checksum: Checksum,
  { cacheDir, pypiIndex, signal, download }: CarriedFilesHost & { readonly download: DownloadFile },
): Promise<CarriedFile> {
  const name = nameOf(release);
  const file = join(cacheDir, checksum.algorithm, checksum.digest, name);
  const isPresent = (await entryAt(file))?.isFile === true && (await verified(file, checksum)) !== undefined;
  const integrity = `${checksum.algorithm}:${checksum.digest}`;
  const from = defined({ pypiIndex, signal });
  if (!isPresent) await download(release.uri, { to: file, integrity, ...from });
  return { release, file, path: `dependencies/${checksum.digest}/${name}` };
}

/** A safe file name: a URL can end in anything, and pack accepts no name with two consecutive dots. */
function nameOf({ uri, id }: Release): string {
  const name = fileNameOf(new URL(uri)).replaceAll(/[/\0]|\.\./g, "_");
  return name === "" || name === "." ? id : name;
}
