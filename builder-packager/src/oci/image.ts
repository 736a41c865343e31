import type { Digest } from "./digest.ts";
import type { ImageConfig } from "./spec.ts";

/** An immutable view of one file system layer. */
export interface Layer {
  /** Digest of the **uncompressed** tar. */
  readonly diffId: Digest;
  /** Digest of the blob as it is stored, usually **compressed**. */
  readonly digest: Digest;
  /** Size of the blob in bytes. */
  readonly size: number;
  /** Media type of the blob. */
  readonly mediaType: string;
  /** The blob as stored. Each call starts anew. */
  compressed(): AsyncIterable<Uint8Array>;
  /** The tar bytes. Each call starts anew. */
  uncompressed(): AsyncIterable<Uint8Array>;
}

/** An immutable view of one image for one platform. */
export interface Image {
  readonly config: ImageConfig;
  /** Base layer first. */
  readonly layers: readonly Layer[];
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The bytes this image was read from. They keep the digest of an image that is only copied;
   * whatever changes an image returns a new view without them.
   */
  readonly raw?: { readonly manifest: Uint8Array; readonly config: Uint8Array; readonly mediaType: string };
}
