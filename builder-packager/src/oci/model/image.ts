import type { Digest } from "./digest.ts";
import type { ImageConfig } from "./spec.ts";

/** An immutable view of one file system layer. */
export interface Layer {
  /** Digest of the **uncompressed** tar. */
  readonly diffId: Digest;
  /** Digest of the stored, usually **compressed** blob. */
  readonly digest: Digest;
  /** Size of the blob in bytes. */
  readonly size: number;
  /** Media type of the blob. */
  readonly mediaType: string;
  /** Streams the stored blob. Each call starts from the beginning. */
  compressed(): AsyncIterable<Uint8Array>;
  /** Streams the tar. Each call starts from the beginning. */
  uncompressed(): AsyncIterable<Uint8Array>;
}

/** An immutable view of one image for one platform. */
export interface Image {
  readonly config: ImageConfig;
  /** The layers, base layer first. */
  readonly layers: readonly Layer[];
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The original bytes, which preserve the digest of an image that is only copied; a modified view
   * has none.
   */
  readonly raw?: { readonly manifest: Uint8Array; readonly config: Uint8Array; readonly mediaType: string };
}
