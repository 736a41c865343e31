import { CnbError } from "../../errors.ts";
import { readImage } from "../../oci/image-io.ts";
import type { Image } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import { ownImages, type RegistryOptions } from "../../oci/registry-options.ts";
import { type LayersMetadata, parseLayersMetadata } from "../formats/lifecycle-metadata.ts";

/** The previous image of an app, with its label `io.buildpacks.lifecycle.metadata`. */
export interface PreviousImage {
  readonly reference: ImageReference;
  readonly image: Image;
  readonly metadata: LayersMetadata;
}

/**
 * Reads the previous image: the image that `named` refers to, or else the image at the output.
 *
 * The result is undefined if the image does not exist, for example in the first build of a branch.
 * The lifecycle's analyzer also continues without a previous image. An image that `named` refers to
 * must be usable if it exists.
 */
export async function readPreviousImage(
  named: ImageReference | undefined,
  output: ImageReference,
  registry: RegistryOptions,
): Promise<PreviousImage | undefined> {
  const reference = named ?? output;
  try {
    const image = await readImage(reference, { registry: ownImages(registry) });
    const metadata = parseLayersMetadata(labelsOf(image)["io.buildpacks.lifecycle.metadata"]);
    return metadata && { reference, image, metadata };
  } catch (error) {
    const code = error instanceof CnbError ? error.code : undefined;
    if (code === "IMAGE_NOT_FOUND") return undefined;
    if (!named && (code === "IMAGE_INVALID" || code === "BLOB_CORRUPT")) return undefined;
    throw error;
  }
}
