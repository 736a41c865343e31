import { CnbError } from "../../errors.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { hashTar } from "../../oci/layers/hashed-tar.ts";
import { compressTar } from "../../oci/layers/layer.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** A layer of the new image, with the reason why it was reused or recreated. */
export interface ExportedLayer {
  /** The name for display: `libcnb/nodejs:node`, `app`, `launcher`… */
  readonly name: string;
  readonly layer: Layer;
  readonly createdBy: string;
  readonly state: "added" | "reused";
  readonly reason: string;
}

/** A layer that is to be exported: how to list its files, and its diffID where that is known without reading them. */
export interface LayerSource {
  readonly name: string;
  readonly createdBy: string;
  readonly entries: () => Promise<readonly TarEntry[]>;
  readonly knownDiffId?: Digest;
  /** The diffID that the previous image's label gives the same layer. */
  readonly previousDiffId?: string | undefined;
}

/** The settings of an export. */
export interface ExportMeans {
  readonly previous: Image | undefined;
  readonly store: BlobStore;
  /** Called with the number of bytes read. */
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * The lifecycle's compression level: the next one saves 2 % of the size, the usual 6 takes twice
 * the time for 10 % (measured on Node.js and its tools).
 */
export const exportLevel = 1;

/** Most layers are smaller: their files are read once, to be hashed, and compressed from memory. */
const keepBytes = 64 * 1024 * 1024;

/** Creates layers, each hashed at most once and compressed only if no compressed blob exists. */
export async function exportLayer(source: LayerSource, means: ExportMeans): Promise<ExportedLayer> {
  const { name, createdBy, knownDiffId } = source;
  const { previous, store, onBytes, signal } = means;
  const hashed = async () => hashTar(await listedEntries(source), { keepBytes, signal, ...(onBytes && { onBytes }) });
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

/** Lists a tree. An error contains the name of the layer, which identifies the buildpack. */
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
