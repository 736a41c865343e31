import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { CnbError } from "../../errors.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { tarStream } from "../../tar/write.ts";
import type { Digest } from "../model/digest.ts";

/** A tar archive whose digest is already computed. */
export interface HashedTar {
  /** The digest of the uncompressed tar. */
  readonly diffId: Digest;
  /** Streams the tar. Large files are read again. Throws FILE_CHANGED if a file has changed. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** Options of {@link hashTar}. */
interface HashTarOptions {
  /** The largest tar kept in memory, in bytes. @default 0 */
  readonly keepBytes?: number;
  /** Called with the bytes read so far. */
  readonly onBytes?: (count: number) => void;
  /** Aborts hashing and reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Reading and hashing never wait: what else is to be done gets its turn after so many bytes, a few milliseconds. */
const turnBytes = 4 * 1024 * 1024;

/**
 * Returns the digest of the uncompressed tar of these entries.
 *
 * @throws CnbError FILE_CHANGED, TAR_UNSUPPORTED like {@link tarStream}.
 * @example `const diffId = await diffIdOf(await directoryEntries(dir, { at: "/layers/x", uid: 1000, gid: 1000 }))`
 */
export const diffIdOf = async (entries: readonly TarEntry[], signal?: AbortSignal): Promise<Digest> =>
  (await hashTar(entries, { signal })).diffId;

/**
 * Hashes the tar of these entries. A small tar is kept in memory, so that its files are read only
 * once.
 */
export async function hashTar(
  entries: readonly TarEntry[],
  { keepBytes = 0, onBytes, signal }: HashTarOptions = {},
): Promise<HashedTar> {
  let kept: Uint8Array[] | undefined = contentBytes(entries) <= keepBytes ? [] : undefined;
  const hash = createHash("sha256");
  let [total, sinceTurn] = [0, 0];
  for await (const chunk of tarStream(entries, signal)) {
    hash.update(chunk);
    total += chunk.length;
    if (total > keepBytes) kept = undefined; // with its headers a tar of many small files is far larger than they are
    kept?.push(chunk);
    onBytes?.(chunk.length);
    sinceTurn += chunk.length;
    if (sinceTurn < turnBytes) continue;
    sinceTurn = 0;
    await setImmediate();
  }
  const diffId: Digest = `sha256:${hash.digest("hex")}`;
  const chunks = kept;
  return { diffId, bytes: () => (chunks ? listed(chunks) : same(entries, diffId, signal)) };
}

const contentBytes = (entries: readonly TarEntry[]): number =>
  entries.reduce((total, entry) => total + (entry.type === "file" ? sizeOf(entry.content) : 0), 0);

const sizeOf = (content: Extract<TarEntry, { type: "file" }>["content"]): number =>
  content instanceof Uint8Array ? content.length : content.size;

async function* listed(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

/** The tar once more; its digest must not have changed, or the layer's diffID would be a lie. */
async function* same(
  entries: readonly TarEntry[],
  diffId: Digest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  for await (const chunk of tarStream(entries, signal)) {
    hash.update(chunk);
    yield chunk;
  }
  if (`sha256:${hash.digest("hex")}` === diffId) return;
  const files = entries.flatMap((entry) =>
    entry.type === "file" && "file" in entry.content ? [entry.content.file] : [],
  );
  throw new CnbError(
    "FILE_CHANGED",
    files.length === 1
      ? `${files[0]} changed while it was written to a layer`
      : `one of the ${files.length} files of a layer changed while the layer was written (first file: ${files[0]})`,
    {
      hint: "Run the command again when nothing else writes to these files.",
    },
  );
}
