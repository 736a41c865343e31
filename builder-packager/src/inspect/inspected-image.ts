import { defined } from "../defined.ts";
import { readImages } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { serializeIndex } from "../oci/model/image-index.ts";
import { chooseImage, formatPlatform, hostPlatform, platformMatches } from "../oci/model/image-platform.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";

/** An image to inspect. If a name refers to images for several platforms, this is one of them. */
export interface InspectedImage {
  readonly image: Image;
  /** `remote` for a registry, `local` for this machine. */
  readonly location: "remote" | "local";
  readonly about: ImageIdentity;
}

/** The identity of the inspected image. */
export interface ImageIdentity {
  /** The digest of the image's manifest. */
  readonly digest: Digest;
  /** The platform, for example `linux/amd64`. */
  readonly platform: string;
  /** All platforms for which the name has an image. */
  readonly platforms: readonly string[];
  /** The digest of the index; absent if the name refers to a single image. */
  readonly index?: Digest;
}

/**
 * Reads the image to inspect. From an index, the function reads the image for `platform`. Without
 * `platform`, it reads the image for this machine, or else the first image.
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
      ...defined({ index: digest ?? indexOfArchive(reference, images) }),
    },
  };
}

/**
 * The digest of the index that an archive's images have in a registry. A .cnb file contains the
 * images of several platforms next to each other, without their index.
 */
const indexOfArchive = ({ kind }: ImageReference, images: readonly Image[]): Digest | undefined =>
  kind === "oci-archive" && images.length > 1 ? serializeIndex({ images }).top.digest : undefined;

function chosen(images: readonly Image[], wanted: Platform | undefined, where: string): Image {
  if (wanted) return chooseImage(images, wanted, where);
  const [first = chooseImage(images, undefined, where)] = images;
  return images.find(({ config }) => platformMatches(config, hostPlatform())) ?? first;
}
