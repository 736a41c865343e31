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
 * Gets a lifecycle: from `uri`, or else `version` from the cache, its release, or the host's Go, in
 * this order. Throws LIFECYCLE_UNAVAILABLE with the reason of every source, or LIFECYCLE_INVALID
 * for another archive.
 *
 * @example `await fetchLifecycle({ version: "0.21.0" }, { arch: "amd64", cacheDir, reporter, env: process.env, signal })`
 */
export async function fetchLifecycle(source: LifecycleSource, given: FetchLifecycleOptions): Promise<Lifecycle> {
  const options = { ...given, cacheDir: resolve(given.cacheDir) };
  if (source.uri) return readFromUri(source.uri, options);
  return readLifecycleArchive(await archiveOfVersion(source.version, options), options.arch);
}

/** The archive of a version in the cache, added if missing. */
export async function archiveOfVersion(given: string | undefined, options: FetchLifecycleOptions): Promise<string> {
  const version = checkVersion(given ?? defaultLifecycleVersion);
  const candidates = candidatesFor(version, options);
  const cached = await firstPresent(candidates);
  if (cached) return cached.file;
  await mkdir(options.cacheDir, { recursive: true });
  const lock = join(options.cacheDir, `${releaseName(version, options.arch)}.lock`);
  // Nothing but work is spared: an archive appears whole, by a rename.
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
  /** Makes `file` using the empty `workDir`. */
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
      file: join(cacheDir, name.replace(/\.tgz$/, ".go-2.tgz")),
      make: (file, workDir) => buildWithGo(version, file, { arch, workDir, reporter, env, signal }),
    },
  ];
}

/** A version goes into a file name and a URL. */
function checkVersion(version: string): string {
  if (/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) return version;
  throw new CnbError("LIFECYCLE_INVALID", `"${version}" is not a version of the lifecycle`, {
    hint: `Give three numbers, for example ${defaultLifecycleVersion}.`,
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
      options.reporter.info(`No lifecycle from ${failures.at(-1)}`);
    }
  }
  throw unavailable(version, options.arch, failures);
}

/** The archive is complete and checked before it gets its name: a killed run leaves nothing that a later one trusts. */
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

/** The error's message and those of its causes, which libcnb also gives as plain text. */
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
      hint: "Install Go 1.21 or newer, or give a release archive with --lifecycle FILE or [lifecycle] uri in builder.toml. If you only use cnb build, --launcher none needs no lifecycle.",
    },
  );
