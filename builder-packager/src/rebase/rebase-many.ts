import { CnbError } from "../errors.ts";
import { mapBounded } from "../oci/map-bounded.ts";
import { formatImageReference, type ImageReference } from "../oci/reference.ts";
import { type RebaseOptions, type RebaseReport, rebaseApp } from "./rebase-image.ts";

/** What became of one of many images; one line of the report. */
export type ManyResult =
  | ({ readonly image: string } & Omit<RebaseReport, "bases"> & { readonly base: string })
  | { readonly image: string; readonly outcome: "failed"; readonly code: string; readonly message: string };

/** How {@link rebaseMany} works. */
export interface ManyOptions extends Omit<RebaseOptions, "image" | "output" | "tags" | "known"> {
  readonly images: readonly ImageReference[];
  /** How many at a time. */
  readonly concurrency: number;
  /** Told as soon as it is known. */
  readonly onResult: (result: ManyResult) => Promise<void> | void;
}

/**
 * Puts many app images on the new version of their run images, some at a time. What fails does not keep the others from it, and no
 * image is ever half changed: its name stands for the old one until all of the new one is there.
 */
export async function rebaseMany({ images, concurrency, onResult, ...rest }: ManyOptions): Promise<void> {
  const options = { known: new Map(), ...rest };
  await mapBounded(images, concurrency, async (image) => {
    options.registry.signal?.throwIfAborted();
    await onResult(await resultOf(image, options));
  });
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
