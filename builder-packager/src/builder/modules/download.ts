import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { download } from "libcnb/standalone";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import { type Digest, parseDigest } from "../../oci/model/digest.ts";
import { listening } from "../../waiting.ts";
import { type ModuleSource, type SourceOptions, sectionOf } from "./source-options.ts";

/**
 * Downloads a buildpackage or an archive and stores it by its digest. A file whose digest is pinned
 * is downloaded only once.
 *
 * @returns the path of the file
 */
export async function downloadedModule(url: string, source: ModuleSource, options: SourceOptions): Promise<string> {
  const { lock, store } = options;
  const pinned = lock?.pinned(sectionOf(source), source.uri);
  const digest =
    pinned === undefined ? await fetched(url, options) : await pinnedBlob(url, parseDigest(pinned), options);
  lock?.found(sectionOf(source), source.uri, digest);
  options.registry?.usedModule?.({ kind: "url", url, digest });
  return store.blobFile(digest);
}

const pinnedBlob = async (url: string, digest: Digest, options: SourceOptions): Promise<Digest> =>
  (await options.store.has(digest)) ? digest : fetched(url, options);

async function fetched(url: string, { store, env, signal, registry }: SourceOptions): Promise<Digest> {
  const dir = makeTemporaryDirectory("libcnb-download-");
  try {
    const to = join(dir, "module");
    await listening(url, registry?.waiting, (heard) => download(url, { to, env, signal, onProgress: heard }));
    return (await store.put(createReadStream(to))).digest;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
