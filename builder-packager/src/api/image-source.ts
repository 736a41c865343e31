import { inspectedImage } from "../inspect/inspected-image.ts";
import type { Image } from "../oci/model/image.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { Host } from "./host.ts";

/** An image in memory, or the location from which an image is read. */
export type ImageSource = ImageReference | Image;

/** True if the source is an image in memory. */
export const isImage = (source: ImageSource): source is Image => "config" in source;

/** Returns the name of an image for messages. */
export const nameOf = (source: ImageSource): string => (isImage(source) ? "the image" : formatImageReference(source));

/**
 * Returns the image, or reads it from its location. From an index, the image for `platform` is
 * read, or else the image for this machine, or else the first one.
 */
export async function imageFrom(source: ImageSource, host: Host, platform?: Platform): Promise<Image> {
  if (isImage(source)) return source;
  return (await inspectedImage(source, { platform, registry: host.registry })).image;
}
