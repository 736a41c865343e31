import type { Image, Layer } from "../../oci/image.ts";
import { imageFacts } from "../image-facts.ts";
import { imageTrees } from "../tree/image-trees.ts";
import { mergedTree } from "../tree/merged-tree.ts";
import { type Compared, comparisonOf, type ImageComparison } from "./comparison.ts";

/** An image, and what it is called in a comparison. */
export interface NamedImage {
  readonly name: string;
  readonly image: Image;
}

/** What of two images is read to compare them besides their documents. */
export interface CompareOptions {
  /** The components of their bills of materials. @default false */
  readonly sbom?: boolean;
  /** Their files, for which all layers are read. @default false */
  readonly files?: boolean;
  /** Told of each layer whose files are read. */
  readonly onLayer?: (layer: Layer) => void;
}

/**
 * Tells what changed from one image to another: base, buildpacks, layers and the bytes that a registry with the first one still
 * needs, processes, environment, labels and all else of the configuration. Of a registry only documents are fetched, unless
 * components or files are asked for.
 *
 * @throws CnbError LABEL_INVALID, TAR_…, BLOB_CORRUPT, REGISTRY_….
 * @example
 * ```ts
 * const read = async (name: string) => ({ name, image: await readImage(parseImageReference(name)) });
 * const [before, after] = [await read("oci:dist/before"), await read("oci:dist/after")];
 * const { same, layers, bytesToMove } = await compareImages(before, after, { files: true });
 * ```
 */
export async function compareImages(
  from: NamedImage,
  to: NamedImage,
  { sbom = false, files = false, onLayer }: CompareOptions = {},
): Promise<ImageComparison> {
  const gathered = async ({ name, image }: NamedImage): Promise<Compared> => ({
    name,
    image,
    facts: await imageFacts(image, name, { sbom: sbom ? "all" : "none" }),
  });
  const [before, after] = await Promise.all([gathered(from), gathered(to)]);
  if (!files) return comparisonOf(before, after);
  const options = { digests: true, ...(onLayer && { onLayer }) };
  const [one = [], other = []] = await imageTrees([from.image, to.image], options);
  return comparisonOf({ ...before, merged: mergedTree(one) }, { ...after, merged: mergedTree(other) });
}
