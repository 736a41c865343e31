import type { Digest } from "./digest.ts";
import type { ImageConfig } from "./spec.ts";

/** An immutable view of a layer of an image. */
export interface Layer {
  /** The digest of the **uncompressed** tar. */
  readonly diffId: Digest;
  /** The digest of the stored, usually **compressed** blob. */
  readonly digest: Digest;
  /** The size of the blob in bytes. */
  readonly size: number;
  /** The media type of the blob. */
  readonly mediaType: string;
  /** Streams the stored blob. Each call starts from the beginning. */
  compressed(): AsyncIterable<Uint8Array>;
  /** Streams the uncompressed tar. Each call starts from the beginning. */
  uncompressed(): AsyncIterable<Uint8Array>;
}

/** An immutable view of an image for one platform. */
export interface Image {
  readonly config: ImageConfig;
  /** The layers, base layer first. */
  readonly layers: readonly Layer[];
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The original bytes of the documents. They preserve the digest of an image that is only copied.
   * Absent if the image was modified.
   */
  readonly raw?: { readonly manifest: Uint8Array; readonly config: Uint8Array; readonly mediaType: string };
}
