import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../errors.ts";
import { type Digest, hexOf } from "../oci/model/digest.ts";
import type { Reporter } from "../reporter.ts";
import { listening, waitingLine } from "../waiting.ts";
import type { Lifecycle, LifecycleArch } from "./source.ts";

/**
 * Reads a lifecycle archive from a location that the user named. A URL is requested each time,
 * because its content may change.
 */
export async function readFromUri(uri: string, options: FetchLifecycleOptions): Promise<Lifecycle> {
  if (!/^https?:\/\//i.test(uri)) return readLocal(uri, options);
  const { file } = await downloadedArchive(uri, options);
  const { readLifecycleArchive } = await import("./archive.ts");
  return readLifecycleArchive(file, options.arch, withoutCredentials(uri));
}

async function readLocal(uri: string, { arch }: FetchLifecycleOptions): Promise<Lifecycle> {
  const { readLifecycleArchive } = await import("./archive.ts");
  return readLifecycleArchive(await localArchive(uri), arch);
}

/**
 * Returns the path of a lifecycle archive on this machine.
 *
 * @throws CnbError LIFECYCLE_UNAVAILABLE when the archive cannot be read
 */
export async function localArchive(uri: string): Promise<string> {
  const file = uri.startsWith("file://") ? fileURLToPath(uri) : uri;
  await access(file).catch((cause) => {
    throw new CnbError("LIFECYCLE_UNAVAILABLE", `the lifecycle archive ${file} cannot be read`, {
      cause,
      hint: "Use the path of a lifecycle release archive (in builder.toml, relative to its directory), or a file:// or https:// URL.",
    });
  });
  return file;
}

/**
 * Downloads a lifecycle archive and stores it by its digest, because the content of a URL may
 * change.
 */
export async function downloadedArchive(
  uri: string,
  { cacheDir, env, signal, reporter }: FetchLifecycleOptions,
): Promise<{ readonly file: string; readonly digest: Digest }> {
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(cacheDir, "tmp-"));
  try {
    reporter.step(`Downloading ${withoutCredentials(uri)}`);
    const temporary = join(dir, "lifecycle.tgz");
    const { download } = await import("libcnb/standalone"); // takes longer to load than local archives to read
    await listening(uri, waitingLine(reporter), (heard) =>
      download(uri, { to: temporary, env, signal, onProgress: heard }),
    );
    const digest = await digestOfFile(temporary);
    const file = archiveFile(cacheDir, digest);
    await rename(temporary, file);
    return { file, digest };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Returns the path at which a downloaded archive with this digest is stored. The file may not
 * exist.
 */
export const archiveFile = (cacheDir: string, digest: Digest): string => join(cacheDir, `${hexOf(digest)}.tgz`);

/** Computes the digest of a file. */
export async function digestOfFile(file: string): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

/** Removes the user name and password from a URL. */
export function withoutCredentials(uri: string): string {
  const url = new URL(uri);
  url.username = "";
  url.password = "";
  return url.href;
}

export interface FetchLifecycleOptions {
  readonly arch: LifecycleArch;
  /** The directory of cached lifecycles, each of which is one archive. */
  readonly cacheDir: string;
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}
