import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createNextTo } from "../oci/files/output-file.ts";
import { type Digest, hexOf } from "../oci/model/digest.ts";
import type { LifecycleContents, OpenLifecycleOptions } from "./contents.ts";
import type { LifecycleDescriptor, LifecycleSource, OpenedLifecycle } from "./source.ts";
import { archiveFile, digestOfFile, downloadedArchive, localArchive, withoutCredentials } from "./uri.ts";

/**
 * Finds a lifecycle like {@link fetchLifecycle}, or in an image. The contents of the lifecycle are
 * read only if its descriptor is not cached.
 *
 * @throws CnbError LIFECYCLE_UNAVAILABLE, LIFECYCLE_INVALID, IMAGE_NOT_FOUND, REGISTRY_…
 * @example `await openLifecycle({ uri: "docker://example.com/lifecycle:0.21.0" }, options)`
 */
export async function openLifecycle(source: LifecycleSource, given: OpenLifecycleOptions): Promise<OpenedLifecycle> {
  const options = { ...given, cacheDir: resolve(given.cacheDir) };
  const { digest, origin, entries } = await contentsOf(source, options);
  const read = async () => {
    const { checkedLifecycle } = await import("./archive.ts");
    return checkedLifecycle(await entries(), options.arch, origin);
  };
  const note = join(options.cacheDir, "seen", `${hexOf(digest)}-${options.arch}.json`);
  const known = await noted(note);
  if (known) return { ...known, digest, entries: async () => (await read()).entries };
  const lifecycle = await read();
  const { version, apis } = lifecycle;
  await takeNote(note, { version, apis });
  return { version, apis, digest, entries: async () => lifecycle.entries };
}

async function contentsOf(
  { uri, version }: LifecycleSource,
  options: OpenLifecycleOptions,
): Promise<LifecycleContents> {
  if (uri?.startsWith("docker://")) return (await import("./image.ts")).lifecycleImage(uri, options);
  if (uri && /^https?:\/\//i.test(uri)) return downloaded(uri, options);
  const file = uri ? await localArchive(uri) : await (await import("./fetch.ts")).archiveOfVersion(version, options);
  return archive(file, await digestOfFile(file), file);
}

/** Downloads an archive, unless the archive that a lock file pins is cached. */
async function downloaded(uri: string, options: OpenLifecycleOptions): Promise<LifecycleContents> {
  const { cacheDir, pinned } = options;
  const kept = pinned && archiveFile(cacheDir, pinned);
  const present = kept !== undefined && (await stat(kept).catch(() => undefined)) !== undefined;
  if (present && (await digestOfFile(kept)) === pinned) return archive(kept, pinned, withoutCredentials(uri));
  const { file, digest } = await downloadedArchive(uri, options);
  return archive(file, digest, withoutCredentials(uri));
}

const archive = (file: string, digest: Digest, origin: string): LifecycleContents => ({
  digest,
  origin,
  entries: async () => (await import("./archive.ts")).archiveEntries(file, origin),
});

/** Reads a cached descriptor; undefined if it is missing or invalid. */
async function noted(file: string): Promise<LifecycleDescriptor | undefined> {
  try {
    const { version, apis } = JSON.parse(await readFile(file, "utf8"));
    const lists = [apis.buildpack, apis.platform].flatMap(({ deprecated, supported }) => [deprecated, supported]);
    return typeof version === "string" && lists.every(Array.isArray) ? { version, apis } : undefined;
  } catch {
    return undefined;
  }
}

async function takeNote(file: string, descriptor: LifecycleDescriptor): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  await createNextTo(file, async (temporary) => {
    await writeFile(temporary, JSON.stringify(descriptor));
    await rename(temporary, file);
  });
}
