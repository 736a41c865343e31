import { createHash } from "node:crypto";
import { decompress } from "../../tar/compression.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { Digest } from "../model/digest.ts";
import type { Layer } from "../model/image.ts";
import { mediaTypes } from "../model/media-type.ts";
import type { BlobStore, LayerCompression, StoredBlob } from "./blob-store.ts";
import { gzip } from "./gzip.ts";
import { type HashedTar, hashTar } from "./hashed-tar.ts";
import { zstd } from "./zstd.ts";

/** Options of {@link createLayer}. */
export interface CreateLayerOptions {
  /**
   * The compression. zstd is smaller and several times faster, but requires Docker 23. @default
   * that of the store
   */
  readonly compression?: LayerCompression;
  /** The gzip level, 0 to 9. @default that of the store */
  readonly level?: number;
  /** The zstd level, 1 to 22. @default 3 */
  readonly zstdLevel?: number;
  /** Aborts the creation of the layer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Creates a compressed layer of these entries, in the given order.
 *
 * The tar is hashed first, and compressed only if the store has no blob with its diff ID, so the
 * same layer is compressed only once.
 *
 * @throws CnbError FILE_CHANGED if a file changes while it is read, OUTPUT_UNWRITABLE when the
 * store is not writable; the reason of `signal`.
 * @example `const layer = await createLayer(entries, store)`
 */
export async function createLayer(
  entries: readonly TarEntry[],
  store: BlobStore,
  options: CreateLayerOptions = {},
): Promise<Layer> {
  const tar = await hashTar(entries, { signal: options.signal });
  const { compression = store.compression, level = store.level } = options;
  return (await store.find(tar.diffId, compression, level)) ?? compressTar(tar, store, options);
}

/**
 * Compresses a tar into the store, and returns the layer. Call this function only for a tar that
 * the store does not contain yet.
 */
export async function compressTar(
  { diffId, bytes }: HashedTar,
  store: BlobStore,
  { compression = store.compression, level = store.level, zstdLevel }: CreateLayerOptions = {},
): Promise<Layer> {
  const blob = await compressedInto(store, bytes(), { compression, level, zstdLevel });
  await store.remember(diffId, blob, level);
  return store.layer(diffId, blob);
}

/**
 * Creates a compressed layer from an existing tar, plain or compressed with gzip, zstd or xz. The
 * members of the tar are not checked.
 *
 * @throws CnbError TAR_INVALID when its compression is damaged, OUTPUT_UNWRITABLE when the store is
 * not writable.
 * @example `const smaller = await layerFromTar(layer.uncompressed(), store, { compression: "zstd"
 * })`
 */
export async function layerFromTar(
  tar: AsyncIterable<Uint8Array>,
  store: BlobStore,
  { compression = store.compression, level = store.level, zstdLevel }: CreateLayerOptions = {},
): Promise<Layer> {
  const hash = createHash("sha256");
  async function* hashed() {
    for await (const chunk of decompress(tar)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const blob = await compressedInto(store, hashed(), { compression, level, zstdLevel });
  const diffId: Digest = `sha256:${hash.digest("hex")}`;
  await store.remember(diffId, blob, level);
  return store.layer(diffId, blob);
}

interface Compressing {
  readonly compression: LayerCompression;
  readonly level: number;
  readonly zstdLevel: number | undefined;
}

async function compressedInto(
  store: BlobStore,
  tar: AsyncIterable<Uint8Array>,
  { compression, level, zstdLevel }: Compressing,
): Promise<StoredBlob> {
  if (compression === "gzip") return { ...(await store.put(gzip(tar, level))), mediaType: mediaTypes.ociLayerGzip };
  return { ...(await store.put(zstd(tar, zstdLevel))), mediaType: mediaTypes.ociLayerZstd };
}
