import { readImages } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { chooseImage, formatPlatform, hostPlatform, platformMatches } from "../oci/model/image-platform.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";

/** One of the images that a name refers to. */
export interface InspectedImage {
  readonly image: Image;
  /** The location: a registry or this machine. */
  readonly location: "remote" | "local";
  readonly about: ImageIdentity;
}

/** The identity of the shown image. */
export interface ImageIdentity {
  /** The digest of the image's manifest. */
  readonly digest: Digest;
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** All platforms under this name. */
  readonly platforms: readonly string[];
  /** The digest of the index, if there is one. */
  readonly index?: Digest;
}

/**
 * Reads the image to inspect: from an index the one for `platform`, or else the one for this
 * machine, or else the first.
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
