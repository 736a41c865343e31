import { CnbError } from "../errors.ts";
import { type ReadImageOptions, readImage, readImages } from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import type { ImageReference } from "../oci/model/reference.ts";

/**
 * Reads a package for a platform. A package without an architecture matches every platform, because
 * pack creates such packages if no target is named.
 *
 * @throws CnbError IMAGE_PLATFORM_MISMATCH and errors of `readImage`
 */
export async function readPartImage(reference: ImageReference, options: ReadImageOptions): Promise<Image> {
  try {
    return await readImage(reference, options);
  } catch (error) {
    const forAll = isMismatch(error) ? await imageForAll(reference, options) : undefined;
    if (forAll) return forAll;
    throw error;
  }
}

const isMismatch = (error: unknown): boolean => error instanceof CnbError && error.code === "IMAGE_PLATFORM_MISMATCH";

async function imageForAll(reference: ImageReference, options: ReadImageOptions): Promise<Image | undefined> {
  const { images } = await readImages(reference, options);
  return images.find(({ config }) => !config.architecture && (!config.os || config.os === options.platform?.os));
}
