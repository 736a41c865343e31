import type { Digest } from "../../model/digest.ts";

/** A blob to be sent. */
export interface Upload {
  readonly digest: Digest;
  readonly size: number;
  /** Another repository of the same registry that has the blob. */
  readonly mountFrom?: string | undefined;
  /** The repository listed it when the image was read: it is not asked again, unless it refuses the manifest. */
  readonly isListed?: boolean | undefined;
  open(): AsyncIterable<Uint8Array>;
}
