import { createHash } from "node:crypto";
import { CnbError } from "../errors.ts";
import { decompress } from "../tar/compression.ts";
import type { TarEntry } from "../tar/entry.ts";
import { tarStream } from "../tar/write.ts";
import type { BlobStore, LayerCompression, StoredBlob } from "./blob-store.ts";
import type { Digest } from "./digest.ts";
import { gzip } from "./gzip.ts";
import type { Layer } from "./image.ts";
import { mediaTypes } from "./media-type.ts";
import { zstd } from "./zstd.ts";

/**
 * The digest of the uncompressed tar of these entries.
 *
 * @throws CnbError FILE_CHANGED, TAR_UNSUPPORTED like {@link tarStream}.
 * @example `const diffId = await diffIdOf(await directoryEntries(dir, { at: "/layers/x", uid: 1000, gid: 1000 }))`
 */
export async function diffIdOf(entries: readonly TarEntry[]): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of tarStream(entries)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

/** How {@link createLayer} compresses. */
export interface CreateLayerOptions {
  /** zstd is smaller and several times faster, but Docker reads it since version 23 only. @default that of the store */
  readonly compression?: LayerCompression;
  /** Of gzip, 0 to 9. @default 6 */
  readonly level?: number;
  /** Of zstd, 1 to 22. @default 3 */
  readonly zstdLevel?: number;
}

/**
 * A compressed layer of these entries, in the order given.
 *
 * The tar is hashed first and compressed only when the store does not know its diffID: a layer is compressed once ever.
 *
 * @throws CnbError FILE_CHANGED when a file changes meanwhile, OUTPUT_UNWRITABLE when the store is not writable.
 * @example `const layer = await createLayer(entries, store)`
 */
export async function createLayer(
  entries: readonly TarEntry[],
  store: BlobStore,
  { compression = store.compression, level, zstdLevel }: CreateLayerOptions = {},
): Promise<Layer> {
  const diffId = await diffIdOf(entries);
  const known = await store.find(diffId, compression);
  if (known) return known;
  const blob = await compressedInto(store, same(entries, diffId), { compression, level, zstdLevel });
  await store.remember(diffId, blob);
  return store.layer(diffId, blob);
}

/**
 * A compressed layer of a tar that is there already, plain or compressed with gzip, zstd or xz. What is in it is not looked at.
 *
 * @throws CnbError TAR_INVALID when its compression is damaged, OUTPUT_UNWRITABLE when the store is not writable.
 * @example `const smaller = await layerFromTar(layer.uncompressed(), store, { compression: "zstd" })`
 */
export async function layerFromTar(
  tar: AsyncIterable<Uint8Array>,
  store: BlobStore,
  { compression = store.compression, ...levels }: CreateLayerOptions = {},
): Promise<Layer> {
  const hash = createHash("sha256");
  async function* hashed() {
    for await (const chunk of decompress(tar)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const blob = await compressedInto(store, hashed(), { compression, ...levels });
  const diffId: Digest = `sha256:${hash.digest("hex")}`;
  await store.remember(diffId, blob);
  return store.layer(diffId, blob);
}

interface Compressing {
  readonly compression: LayerCompression;
  readonly level?: number | undefined;
  readonly zstdLevel?: number | undefined;
}

async function compressedInto(
  store: BlobStore,
  tar: AsyncIterable<Uint8Array>,
  { compression, level, zstdLevel }: Compressing,
): Promise<StoredBlob> {
  if (compression === "gzip") return { ...(await store.put(gzip(tar, level))), mediaType: mediaTypes.ociLayerGzip };
  return { ...(await store.put(zstd(tar, zstdLevel))), mediaType: mediaTypes.ociLayerZstd };
}

/** The tar once more; its digest must not have changed, or the layer's diffID would be a lie. */
async function* same(entries: readonly TarEntry[], diffId: Digest): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  for await (const chunk of tarStream(entries)) {
    hash.update(chunk);
    yield chunk;
  }
  if (`sha256:${hash.digest("hex")}` === diffId) return;
  const files = entries.flatMap((entry) =>
    entry.type === "file" && "file" in entry.content ? [entry.content.file] : [],
  );
  throw new CnbError(
    "FILE_CHANGED",
    `one of the ${files.length} files of a layer changed while it was written (first: ${files[0]})`,
    {
      hint: "Run the command again when nothing else writes there.",
    },
  );
}
