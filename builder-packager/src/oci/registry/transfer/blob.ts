import type { Digest } from "../../model/digest.ts";

/** A blob to upload to a repository. */
export interface Upload {
  readonly digest: Digest;
  readonly size: number;
  /** Another repository of the same registry that contains the blob. */
  readonly mountFrom?: string | undefined;
  /**
   * True if the repository is known to have the blob, because an image that was read from it lists
   * the blob. The blob is then not checked again, unless the registry refuses the manifest.
   */
  readonly isListed?: boolean | undefined;
  /**
   * True if the blob was just created, so that the repository is unlikely to have it. The blob is then
   * sent without a check.
   */
  readonly isNew?: boolean | undefined;
  open(): AsyncIterable<Uint8Array>;
}
