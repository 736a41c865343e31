import type { Digest } from "../oci/digest.ts";
import type { Image } from "../oci/image.ts";
import { readImages } from "../oci/image-io.ts";
import { chooseImage, formatPlatform, hostPlatform, platformMatches } from "../oci/platform.ts";
import { formatImageReference, type ImageReference } from "../oci/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { serializeImage } from "../oci/serialize.ts";
import type { Platform } from "../oci/spec.ts";

/** One image of those that a name stands for. */
export interface InspectedImage {
  readonly image: Image;
  /** In a registry, or on this machine. */
  readonly location: "remote" | "local";
  readonly about: ImageIdentity;
}

/** Which image it is that is shown. */
export interface ImageIdentity {
  /** Of the image's manifest. */
  readonly digest: Digest;
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** All platforms that are there under this name. */
  readonly platforms: readonly string[];
  /** Digest of the index that has them, where there is one. */
  readonly index?: Digest;
}

/**
 * Reads the image to inspect: of an index the one for `platform`, else the one for this machine, else the first.
 *
 * @throws CnbError IMAGE_PLATFORM_MISMATCH; errors of `readImages`.
 */
export async function inspectedImage(
  reference: ImageReference,
  options: { readonly platform?: Platform | undefined; readonly registry: RegistryOptions },
): Promise<InspectedImage> {
  const { images, digest } = await readImages(reference, { registry: options.registry });
  const image = chosen(images, options.platform, formatImageReference(reference));
  return {
    image,
    location: reference.kind === "registry" ? "remote" : "local",
    about: {
      digest: serializeImage(image).manifestDigest,
      platform: formatPlatform(image.config),
      platforms: images.map(({ config }) => formatPlatform(config)),
      ...(digest && { index: digest }),
    },
  };
}

function chosen(images: readonly Image[], wanted: Platform | undefined, where: string): Image {
  if (wanted) return chooseImage(images, wanted, where);
  const [first = chooseImage(images, undefined, where)] = images;
  return images.find(({ config }) => platformMatches(config, hostPlatform())) ?? first;
}
