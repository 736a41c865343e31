import { defined } from "../../defined.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { imageFacts } from "../image-facts.ts";
import { imageTrees } from "../tree/image-trees.ts";
import { mergedTree } from "../tree/merged-tree.ts";
import { type ComparedImage, comparisonOf, type ImageComparison } from "./comparison.ts";

/** An image with its name in a comparison. */
export interface NamedImage {
  readonly name: string;
  readonly image: Image;
}

/** The parts of two images to compare in addition to their metadata. */
export interface CompareOptions {
  /** True to compare the components in the images' SBOMs. @default false */
  readonly sbom?: boolean;
  /** True to compare the images' files, for which all layers are read. @default false */
  readonly files?: boolean;
  /** Called for each layer whose files are read. */
  readonly onLayer?: (layer: Layer) => void;
}

/**
 * Compares two images: base, buildpacks, layers, processes, environment, labels and the rest of the
 * configuration. The result includes the number of bytes that a registry that has the first image
 * would have to receive for the second one. Layers are only downloaded if components or files are
 * requested.
 *
 * @throws CnbError LABEL_INVALID, TAR_…, BLOB_CORRUPT, REGISTRY_….
 * @example
 * ```ts
 * const read = async (name: string) => ({ name, image: imageFor(await read(parseImageReference(name))) });
 * const [before, after] = [await read("oci:dist/before"), await read("oci:dist/after")];
 * const { same, layers, bytesToMove } = await compareImages(before, after, { files: true });
 * ```
 */
export async function compareImages(
  from: NamedImage,
  to: NamedImage,
  { sbom = false, files = false, onLayer }: CompareOptions = {},
): Promise<ImageComparison> {
  const gathered = async ({ name, image }: NamedImage): Promise<ComparedImage> => ({
    name,
    image,
    facts: await imageFacts(image, name, { sbom: sbom ? "all" : "none" }),
  });
  const [before, after] = await Promise.all([gathered(from), gathered(to)]);
  if (!files) return comparisonOf(before, after);
  const options = { digests: true, ...defined({ onLayer }) };
  const [one = [], other = []] = await imageTrees([from.image, to.image], options);
  return comparisonOf({ ...before, merged: mergedTree(one) }, { ...after, merged: mergedTree(other) });
}
