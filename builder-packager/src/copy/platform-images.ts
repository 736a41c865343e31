import { chooseManifest, formatPlatform } from "../oci/model/image-platform.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { NamedManifest } from "./content.ts";

/**
 * Returns the images of one layout or archive from which an image for a platform is chosen. A `.cnb`
 * file lists one image for each platform without an index, so a file with one image has to match,
 * too. Any other image or index is one of several independent images.
 *
 * @throws CnbError IMAGE_PLATFORM_MISMATCH
 */
export function candidatesFor(
  images: readonly NamedManifest[],
  platform: Platform | undefined,
): readonly NamedManifest[] {
  const [first] = images;
  if (platform === undefined || first === undefined) return images;
  const isPackageOfOne = images.length === 1 && first.name === undefined && first.platform !== undefined;
  if (!isPackageOfOne && platformsOf(images) === undefined) return images;
  const listed = images.flatMap(({ manifest: { bytes, digest, mediaType }, platform: own }) =>
    own ? [{ digest, mediaType, size: bytes.length, platform: own }] : [],
  );
  const { digest } = chooseManifest(listed, platform, first.content.where);
  return images.filter(({ manifest }) => manifest.digest === digest);
}

/**
 * Returns the platforms of images that are the parts of one package in a `.cnb` file: they have no
 * name, and each has another platform. Returns undefined for other images.
 */
export function platformsOf(images: readonly NamedManifest[]): readonly string[] | undefined {
  const platforms = new Set(
    images.flatMap(({ name, platform }) => (platform && name === undefined ? [formatPlatform(platform)] : [])),
  );
  return images.length > 1 && platforms.size === images.length ? [...platforms] : undefined;
}
