import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noteMaking, noteUse } from "../../cache-use.ts";
import { concurrently } from "../../concurrently.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Reporter } from "../../reporter.ts";
import { decompress } from "../../tar/compression.ts";
import type { ArchiveSource } from "./archive-source.ts";
import { type FetchContext, fetchFile, hasSha256 } from "./fetch.ts";
import { loadKeyring } from "./keyring.ts";
import { isPackageFolder, readPackageFolder } from "./package-folder.ts";
import type { PackageIndex } from "./package-index.ts";
import { checkRelease, parseRelease, type Release, type ReleaseFile, unknownRelease } from "./release.ts";
import { verifyClearSigned } from "./signature.ts";

/** The directories, network settings and time for reading a package archive. */
export interface ArchiveContext extends FetchContext {
  readonly reporter: Reporter;
  /** The directory in which downloaded files are cached. */
  readonly cacheDir: string;
  /** The root of the host's file system, which contains the keyrings. */
  readonly hostDir: string;
  readonly architecture: string;
  /** The current time in milliseconds since 1970. */
  readonly now: number;
  readonly allowExpired: boolean;
  readonly allowUnsigned: boolean;
  readonly keyringFile?: string | undefined;
}

/** A suite of a package archive with a verified signature, or a local directory of packages. */
export interface Suite {
  readonly source: ArchiveSource;
  readonly release: Release;
  /** The packages, if the mirror is a directory of packages without an index. */
  readonly folder?: PackageIndex;
}

/** A limit that keeps a mirror from filling the disk; some megabytes would suffice. */
const maxReleaseBytes = limits.releaseIndex.most;
const maxIndexBytes = limits.packageIndex.most;

/**
 * Downloads the InRelease file of a suite on every run, and verifies its signature with the keyring
 * before its content is used. A mirror that is a directory without `dists` is searched for packages
 * instead.
 */
export async function readSuite(source: ArchiveSource, context: ArchiveContext): Promise<Suite> {
  if (!(await isPackageFolder(source.url))) return { source, release: await readRelease(source, context) };
  if (!context.allowUnsigned) throw folderUnsigned(source.url);
  return { source, release: unknownRelease, folder: await readPackageFolder(source.url, context.architecture) };
}

/**
 * Reads the package indexes of a suite, one for each component. They are cached by the checksum in
 * InRelease.
 */
export async function readPackageIndexes(suite: Suite, context: ArchiveContext): Promise<readonly PackageIndex[]> {
  if (suite.folder) return [suite.folder];
  const { source, release } = suite;
  return concurrently(source.components, (component) => readPackageIndex(source, release, component, context), {
    abort: false,
  });
}

async function readRelease(source: ArchiveSource, context: ArchiveContext): Promise<Release> {
  await mkdir(context.cacheDir, { recursive: true });
  const dir = await mkdtemp(join(context.cacheDir, ".release-"));
  try {
    const { text, url } = await readReleaseText(source, join(dir, "InRelease"), context);
    const release = parseRelease(text, url);
    checkRelease(release, { ...context, suite: source.suite }, url);
    return release;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readReleaseText(source: ArchiveSource, file: string, context: ArchiveContext) {
  const { keyringFile, hostDir, now, allowUnsigned } = context;
  const url = `${source.url}/dists/${source.suite}/InRelease`;
  const keys = () => loadKeyring({ keyringFile, signedBy: source.signedBy, hostDir });
  const early = allowUnsigned ? undefined : await keys(); // a wrong keyring is reported before anything is fetched
  try {
    await fetchFile({ url, to: file, maxBytes: maxReleaseBytes }, context);
  } catch (error) {
    if (!allowUnsigned || !(error instanceof CnbError)) throw error;
    return readUnsigned(source, file, context);
  }
  const keyring = early ?? (await keys());
  return { url, text: await verifyClearSigned(await readFile(file, "utf8"), keyring, url, now) };
}

async function readUnsigned({ url: mirror, suite }: ArchiveSource, file: string, context: ArchiveContext) {
  const url = `${mirror}/dists/${suite}/Release`;
  await fetchFile({ url, to: file, maxBytes: maxReleaseBytes }, context);
  context.reporter.warn(`${url} is unsigned, which --allow-unsigned accepts`);
  return { url, text: await readFile(file, "utf8") };
}

/** Suffixes in order of size. */
const suffixes = [".xz", ".gz", ""];

async function readPackageIndex(
  source: ArchiveSource,
  release: Release,
  component: string,
  context: ArchiveContext,
): Promise<PackageIndex> {
  const base = `${component}/binary-${context.architecture}/Packages`;
  const found = suffixes.flatMap((suffix) => {
    const entry = release.files.get(base + suffix);
    return entry ? [{ path: base + suffix, entry }] : [];
  })[0];
  if (!found) throw componentMissing(source, release, component);
  const { path, entry } = found;
  const file = join(context.cacheDir, `${entry.sha256}.packages`);
  if (!(await noteUse(file)) || !(await hasSha256(file, entry.sha256))) {
    await noteMaking(file);
    context.reporter.info(`Fetching ${source.suite}/${component} (${Math.ceil(entry.size / 1e5) / 10} MB)`);
    await fetchIndex(source, release, path, entry, file, context);
  }
  const location = `${source.url}/dists/${source.suite}/${path}`;
  return { text: await decompressText(file, location), mirror: source.url, source: location };
}

/**
 * Downloads an index, first by its hash, because a mirror that is being updated may have the new
 * InRelease but the old index under its plain name. Some mirrors lack the by-hash directories, so
 * the plain name is tried next.
 */
async function fetchIndex(
  source: ArchiveSource,
  release: Release,
  path: string,
  entry: ReleaseFile,
  to: string,
  context: ArchiveContext,
): Promise<void> {
  const dir = `${source.url}/dists/${source.suite}`;
  const plain = { url: `${dir}/${path}`, to, sha256: entry.sha256, maxBytes: entry.size };
  if (!release.acquireByHash) return fetchFile(plain, context);
  const byHash = `${dir}/${path.slice(0, path.lastIndexOf("/"))}/by-hash/SHA256/${entry.sha256}`;
  try {
    await fetchFile({ ...plain, url: byHash }, context);
  } catch (error) {
    if (!(error instanceof CnbError)) throw error;
    context.reporter.debug(`${error.message}; trying ${plain.url}`);
    await fetchFile(plain, context);
  }
}

async function decompressText(file: string, location: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of decompress(createReadStream(file))) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxIndexBytes)
      throw new CnbError(
        "BASE_INDEX_INVALID",
        `the package index ${location} is larger than 256 MiB when decompressed`,
        {
          hint: "Pass another mirror with --mirror URL.",
        },
      );
  }
  // latin1 would be faster, but maintainers' names and descriptions end up in the image as they are.
  return Buffer.concat(chunks).toString("utf8");
}

const folderUnsigned = (url: string): CnbError =>
  new CnbError("BASE_UNSIGNED", `the packages in ${fileURLToPath(url)} are unsigned`, {
    hint: "If you trust the directory, add --allow-unsigned. Otherwise use a lock file with the checksums of the packages.",
  });

function componentMissing(source: ArchiveSource, { components }: Release, component: string): CnbError {
  return new CnbError(
    "BASE_RELEASE_MISMATCH",
    `${source.url} has no component ${component} in ${source.suite} (its components: ${components.join(", ") || "none"})`,
    {
      hint: "Pass only components of this archive with --component, or pass another mirror with --mirror URL.",
    },
  );
}
