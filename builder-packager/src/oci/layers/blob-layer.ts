import type { Digest } from "../model/digest.ts";
import type { Layer } from "../model/image.ts";
import { verified } from "./verify.ts";

/**
 * A layer whose blob is a file. A writer may create a hard link to the file instead of copying it.
 */
export interface FileLayer extends Layer {
  readonly file: string;
  /** True if the file is in cnb's own store, where each blob was hashed before it got its name. */
  readonly trusted: boolean;
}

/** A layer in a registry, which the same registry can mount into another repository. */
export interface RemoteLayer extends Layer {
  readonly origin: { readonly registry: string; readonly repository: string };
}

export const isFileLayer = (layer: Layer): layer is FileLayer => "file" in layer;
export const isRemoteLayer = (layer: Layer): layer is RemoteLayer => "origin" in layer;

/** A layer whose blob can be opened without verification, for example to examine a damaged blob. */
interface BlobLayer extends Layer {
  openUnverified(): AsyncIterable<Uint8Array>;
}

const isBlobLayer = (layer: Layer): layer is BlobLayer => "openUnverified" in layer;

/** Opens the blob of a layer without verifying its digest at the end. */
export const openUnverified = (layer: Layer): AsyncIterable<Uint8Array> =>
  isBlobLayer(layer) ? layer.openUnverified() : layer.compressed();

/** The source of a layer: its identity and a function to open its blob. */
export interface BlobSource {
  readonly diffId: Digest;
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  /** The location of the blob, for errors. */
  readonly where: string;
  open(): AsyncIterable<Uint8Array>;
}

/** Decompresses a blob. Most commands that name layers read none, so the decompressors are loaded when one is read. */
async function* decompressed(blob: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const { decompress } = await import("../../tar/compression.ts");
  yield* decompress(blob);
}

/** Creates a layer that verifies the digest, size and diff ID of its blob on every read. */
export function blobLayer({ diffId, digest, size, mediaType, where, open }: BlobSource): BlobLayer {
  const compressed = () => verified(open(), { digest, size, where });
  return {
    diffId,
    digest,
    size,
    mediaType,
    openUnverified: open,
    compressed,
    uncompressed: () =>
      // An uncompressed blob is its own tar, so both digests are equal.
      diffId === digest
        ? compressed()
        : verified(decompressed(compressed()), { digest: diffId, where: `${where}, uncompressed,` }),
  };
}
