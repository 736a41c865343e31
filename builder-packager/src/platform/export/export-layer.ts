import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { hashTar } from "../../oci/layers/hashed-tar.ts";
import { compressTar } from "../../oci/layers/layer.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** A layer of the new image, with the reason why it was reused or recreated. */
export interface ExportedLayer {
  /** The name of the layer for display: `libcnb/nodejs:node`, `app`, `launcher`, … */
  readonly name: string;
  readonly layer: Layer;
  readonly createdBy: string;
  readonly state: "added" | "reused";
  readonly reason: string;
}

/**
 * A layer to export: a function that lists its files, and the layer's diff ID if it is known
 * without reading the files.
 */
export interface LayerSource {
  readonly name: string;
  readonly createdBy: string;
  readonly entries: () => Promise<readonly TarEntry[]>;
  readonly knownDiffId?: Digest;
  /** The diff ID of the same layer in the previous image, from its label. */
  readonly previousDiffId?: string | undefined;
}

/**
 * The previous image, the layer store and the abort signal, which are the same for all exported
 * layers.
 */
export interface ExportMeans {
  readonly previous: Image | undefined;
  readonly store: BlobStore;
  /** Called with the number of bytes read, for each chunk. */
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * The gzip level of exported layers, as in the lifecycle. On Node.js and its tools, level 2 saves 2
 * % of the size; the usual level 6 saves 10 % but takes twice as long.
 */
export const exportLevel = 1;

/**
 * The size up to which a layer is kept in memory between hashing and compression, so that its files
 * are read once. Most layers are smaller.
 */
const keepBytes = 64 * 1024 * 1024;

/**
 * Exports a layer. Its diff ID is computed only if it is unknown, and the layer is compressed only
 * if neither the previous image nor the store has it.
 */
export async function exportLayer(source: LayerSource, means: ExportMeans): Promise<ExportedLayer> {
  const { name, createdBy, knownDiffId } = source;
  const { previous, store, onBytes, signal } = means;
  const hashed = async () => hashTar(await listedEntries(source), { keepBytes, signal, ...defined({ onBytes }) });
  const tar = knownDiffId ? undefined : await hashed();
  const diffId = knownDiffId ?? (tar?.diffId as Digest);
  const reused = previous?.layers.find((layer) => layer.diffId === diffId);
  const kept = await store.find(diffId);
  if (reused) {
    const reason = knownDiffId ? "restored and unchanged since" : "same contents as in the previous image";
    // The store's blobs were hashed when they came in, those of an image are hashed again whenever they are written.
    const layer = kept?.digest === reused.digest && kept.mediaType === reused.mediaType ? kept : reused;
    return { name, createdBy, layer, state: "reused", reason };
  }
  if (kept) return { name, createdBy, layer: kept, state: "reused", reason: "same contents as in an earlier build" };
  const layer = await compressTar(tar ?? (await hashed()), store);
  return { name, createdBy, layer, state: "added", reason: addedReason(source, previous) };
}

/**
 * Lists the entries of a layer. If that fails, the error contains the layer's name, which
 * identifies the buildpack.
 */
export async function listedEntries<Entries>({ name, entries }: Listing<Entries>): Promise<Entries> {
  try {
    return await entries();
  } catch (cause) {
    if (!(cause instanceof CnbError) || cause.code !== "PATH_TOO_LONG") throw cause;
    throw new CnbError("PATH_TOO_LONG", `layer ${name}: ${cause.message}`, { cause });
  }
}

interface Listing<Entries> {
  readonly name: string;
  readonly entries: () => Promise<Entries>;
}

function addedReason({ previousDiffId }: LayerSource, previous: Image | undefined): string {
  if (!previous) return "there is no previous image";
  return previousDiffId ? "its contents changed" : "the previous image has no such layer";
}
