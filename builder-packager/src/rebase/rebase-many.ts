import { concurrently } from "../concurrently.ts";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { type RebaseOptions, type RebaseReport, rebaseApp } from "./rebase-image.ts";

/** The result for one of several images, which is a line of the report. */
export type ManyResult =
  | ({ readonly image: string } & Omit<RebaseReport, "bases"> & { readonly base: string })
  | { readonly image: string; readonly outcome: "failed"; readonly code: string; readonly message: string };

/** Options of {@link rebaseMany}. */
export interface ManyOptions extends Omit<RebaseOptions, "image" | "output" | "tags" | "known"> {
  readonly images: readonly ImageReference[];
  /** The maximum number of concurrent rebases. */
  readonly concurrency: number;
  /** Called with the result for each image. */
  readonly onResult: (result: ManyResult) => Promise<void> | void;
}

/**
 * Rebases many app images onto the new versions of their run images, several concurrently. A
 * failure does not affect the other images. Until the new image is complete, an image's name refers
 * to the old one.
 */
export async function rebaseMany({ images, concurrency, onResult, ...rest }: ManyOptions): Promise<void> {
  const options = { known: new Map(), ...rest };
  await concurrently(
    images,
    async (image) => {
      options.registry.signal?.throwIfAborted();
      await onResult(await resultOf(image, options));
    },
    { limit: concurrency },
  );
}

async function resultOf(image: ImageReference, options: Omit<RebaseOptions, "image">): Promise<ManyResult> {
  const name = formatImageReference(image);
  try {
    const { outcome, digest, bases } = await rebaseApp({ ...options, image });
    return { image: name, outcome, digest, base: bases.map(({ reference }) => reference).join(" ") };
  } catch (error) {
    options.registry.signal?.throwIfAborted();
    if (!(error instanceof CnbError)) throw error;
    return { image: name, outcome: "failed", code: error.code, message: error.message };
  }
}
