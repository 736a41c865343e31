import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, realpath, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { extractArchive } from "libcnb";
import { download } from "libcnb/standalone";
import { cacheDir } from "../../cache-dirs.ts";
import { noteMaking } from "../../cache-use.ts";
import { populateOnce } from "../../compile/populate.ts";
import { defined } from "../../defined.ts";
import { exists } from "../../files/exists.ts";
import { openArchive } from "../../oci/files/archive-file.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { Reporter } from "../../reporter.ts";
import type { Location } from "./location.ts";

/** A directory with a buildpack.toml or extension.toml, or an image that is a package. */
export type LocatedPackage =
  | { readonly kind: "folder"; readonly dir: string; readonly isExtracted?: true }
  | { readonly kind: "image"; readonly reference: ImageReference };

export interface LocateOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** The options whose hook records what was read. */
  readonly registry?: RegistryOptions;
}

/**
 * Resolves a location of a buildpack or extension. An archive of an OCI layout is a package. Any
 * other archive contains the directory of a module, which is extracted into the cache. A URL is
 * requested each time, because its content may change.
 *
 * @throws LibcnbError DOWNLOAD_FAILED, ARCHIVE_INVALID, ARCHIVE_UNSAFE, …; CnbError TAR_INVALID
 */
export async function locatePackage(
  location: Exclude<Location, { kind: "neighbour" }>,
  options: LocateOptions,
): Promise<LocatedPackage> {
  if (location.kind === "image") return location;
  if (location.kind === "address") return downloaded(location.url, options);
  if ((await stat(location.path)).isDirectory()) return locateDirectory(location.path);
  const { path: file } = location;
  const found = await packageIn(file, file);
  if (found) return found;
  const digest = await sha256(file);
  options.registry?.usedModule?.({ kind: "archive", file, digest: `sha256:${digest}` });
  return extracted(file, digest, options);
}

async function locateDirectory(dir: string): Promise<LocatedPackage> {
  const isLayout = (await exists(join(dir, "oci-layout"))) && (await exists(join(dir, "index.json")));
  return isLayout ? { kind: "image", reference: { kind: "oci", dir } } : { kind: "folder", dir };
}

async function packageIn(file: string, name: string): Promise<LocatedPackage | undefined> {
  const archive = await openArchive(file, name);
  if (archive.sizeOf("index.json") !== undefined) return { kind: "image", reference: { kind: "oci-archive", file } };
  if (archive.sizeOf("manifest.json") === undefined) return undefined;
  return { kind: "image", reference: { kind: "docker-archive", file } };
}

/** The directory of an extracted archive, named by its content. */
async function extracted(file: string, digest: string, { env }: LocateOptions): Promise<LocatedPackage> {
  const dir = cacheDir(env, "extracted", digest);
  await populateOnce(dir, (workDir) => extractArchive(file, workDir));
  return { kind: "folder", dir: await realpath(dir), isExtracted: true };
}

/** Downloads a file, stored by its digest instead of the URL. */
async function downloaded(url: string, options: LocateOptions): Promise<LocatedPackage> {
  const { env, reporter, signal, registry } = options;
  const dir = cacheDir(env, "downloads");
  await mkdir(dir, { recursive: true });
  const workDir = await mkdtemp(join(dir, ".download-"));
  try {
    reporter.info(`Downloading ${withoutCredentials(url)}`);
    const to = join(workDir, "file");
    const { sha256: digest } = await download(url, { to, env, ...defined({ signal }) });
    await noteMaking(join(dir, digest));
    await rename(to, join(dir, digest));
    registry?.usedModule?.({ kind: "url", url, digest: `sha256:${digest}` });
    const file = join(dir, digest);
    return (await packageIn(file, withoutCredentials(url))) ?? (await extracted(file, digest, options));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function withoutCredentials(address: string): string {
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}
