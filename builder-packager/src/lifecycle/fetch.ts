import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { noteMaking, noteUse } from "../cache-use.ts";
import { CnbError } from "../errors.ts";
import { withFileLock } from "../lock/file-lock.ts";
import { readLifecycleArchive } from "./archive.ts";
import { buildWithGo } from "./go-build.ts";
import { lifecycleModule } from "./go-module.ts";
import { downloadRelease, releaseName, releaseUrl } from "./release.ts";
import { defaultLifecycleVersion, type Lifecycle, type LifecycleArch, type LifecycleSource } from "./source.ts";
import { type FetchLifecycleOptions, readFromUri } from "./uri.ts";

/**
 * Gets a lifecycle. If `uri` is given, the lifecycle comes from there. Otherwise `version` comes
 * from the cache, from its release, or from a build with the host's Go, in this order. Throws
 * LIFECYCLE_UNAVAILABLE with the reason of every source, or LIFECYCLE_INVALID for an archive
 * without a lifecycle.
 *
 * @example
 * `await fetchLifecycle({ version: "0.21.0" }, { arch: "amd64", cacheDir, reporter, env: process.env, signal })`
 */
export async function fetchLifecycle(source: LifecycleSource, given: FetchLifecycleOptions): Promise<Lifecycle> {
  const options = { ...given, cacheDir: resolve(given.cacheDir) };
  if (source.uri) return readFromUri(source.uri, options);
  return readLifecycleArchive(await archiveOfVersion(source.version, options), options.arch);
}

/**
 * Returns the path of the cached archive of a lifecycle version. If the archive is not cached yet,
 * it is downloaded or built.
 */
export async function archiveOfVersion(given: string | undefined, options: FetchLifecycleOptions): Promise<string> {
  const version = checkVersion(given ?? defaultLifecycleVersion);
  const candidates = candidatesFor(version, options);
  const cached = await firstPresent(candidates);
  if (cached) return cached.file;
  await mkdir(options.cacheDir, { recursive: true });
  const lock = join(options.cacheDir, `${releaseName(version, options.arch)}.lock`);
  // This only avoids work: an archive appears complete, by a rename.
  return withFileLock(
    lock,
    options.signal,
    async () => (await firstPresent(candidates))?.file ?? (await obtain(version, candidates, options)),
  );
}

interface Candidate {
  readonly title: string;
  /** Its path in the cache. */
  readonly file: string;
  /** Creates `file`. `workDir` is an empty directory for temporary files. */
  make(file: string, workDir: string): Promise<void>;
}

function candidatesFor(version: string, options: FetchLifecycleOptions): readonly [Candidate, Candidate] {
  const { arch, cacheDir, env, signal, reporter } = options;
  const url = releaseUrl(version, arch, env);
  const name = releaseName(version, arch);
  return [
    {
      title: `release ${url}`,
      file: join(cacheDir, name),
      async make(file) {
        reporter.step(`Downloading lifecycle ${version}`);
        await downloadRelease(url, file, { env, signal, reporter });
      },
    },
    {
      title: `Go module ${lifecycleModule}@v${version}`,
      // counted up when the same inputs give other bytes
      file: join(cacheDir, name.replace(/\.tgz$/, ".go-3.tgz")),
      make: (file, workDir) => buildWithGo(version, file, { arch, workDir, reporter, env, signal }),
    },
  ];
}

/** Checks a version, because it becomes part of a file name and a URL. */
function checkVersion(version: string): string {
  if (/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) return version;
  throw new CnbError("LIFECYCLE_INVALID", `"${version}" is not a version of the lifecycle`, {
    hint: `Use three numbers, for example ${defaultLifecycleVersion}.`,
  });
}

async function firstPresent(candidates: readonly Candidate[]): Promise<Candidate | undefined> {
  for (const candidate of candidates) if (await noteUse(candidate.file)) return candidate;
  return undefined;
}

async function obtain(version: string, candidates: readonly Candidate[], options: FetchLifecycleOptions) {
  const failures: string[] = [];
  for (const candidate of candidates) {
    try {
      return await makeInCache(candidate, options);
    } catch (error) {
      options.signal.throwIfAborted();
      failures.push(`${candidate.title}: ${reasonOf(error)}`);
      options.reporter.info(`Could not get the lifecycle from ${failures.at(-1)}`);
    }
  }
  throw unavailable(version, options.arch, failures);
}

/**
 * Adds an archive to the cache. It gets its name only when it is complete and checked, so a killed
 * run leaves nothing that a later one uses.
 */
async function makeInCache(candidate: Candidate, { cacheDir, arch }: FetchLifecycleOptions): Promise<string> {
  const workDir = await mkdtemp(join(cacheDir, ".tmp-"));
  try {
    const file = join(workDir, `${randomUUID()}.tgz`);
    await candidate.make(file, workDir);
    await readLifecycleArchive(file, arch, candidate.title);
    await noteMaking(candidate.file);
    await rename(file, candidate.file);
    return candidate.file;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** The messages of an error and of its causes. In libcnb's errors, a cause may also be a string. */
function reasonOf(error: unknown): string {
  const messages: string[] = [];
  let cause = error;
  for (; cause instanceof Error && messages.length < 4; cause = cause.cause) messages.push(cause.message);
  if (typeof cause === "string") messages.push(cause);
  return messages.filter((message, index) => message && messages.indexOf(message) === index).join(": ");
}

const unavailable = (version: string, arch: LifecycleArch, failures: readonly string[]) =>
  new CnbError(
    "LIFECYCLE_UNAVAILABLE",
    `lifecycle ${version} for linux/${arch} could not be obtained from any source\n${failures.map((line) => `  ${line}`).join("\n")}`,
    {
      hint: "Install Go 1.21 or newer, or pass a release archive with --lifecycle FILE or [lifecycle] uri in builder.toml. If you only use cnb build, --launcher none avoids the lifecycle.",
    },
  );
