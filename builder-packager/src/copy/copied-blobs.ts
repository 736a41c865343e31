import type { Digest } from "../oci/model/digest.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import type { ImageGraph } from "./graph.ts";

/**
 * The number of an image's blobs that were transferred, and the number of blobs that the
 * destination already had.
 */
export interface CopiedBlobs {
  readonly copied: number;
  /** The total size of the transferred blobs in bytes. */
  readonly bytes: number;
  /** The number of blobs that the destination already had or could mount. */
  readonly present: number;
}

/** Counts the blobs of an image that are read from the source of a copy. */
export interface BlobCount {
  /** Streams a blob from its source, and adds the blob to the count. */
  copied(blob: Descriptor, source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  result(): CopiedBlobs;
}

export function countBlobs({ blobs }: ImageGraph): BlobCount {
  const all = new Set([...blobs.values()].flat().map(({ digest }) => digest));
  const copied = new Map<Digest, number>();
  return {
    copied(blob, source) {
      copied.set(blob.digest, blob.size);
      return source;
    },
    result: () => ({
      copied: copied.size,
      bytes: [...copied.values()].reduce((sum, size) => sum + size, 0),
      present: all.size - copied.size,
    }),
  };
}
