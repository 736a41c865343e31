import {
  type ReadImageOptions,
  readImage,
  readImages,
  type WriteImageOptions,
  type WrittenImages,
  writeImages,
} from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import { chooseImage } from "../oci/model/image-platform.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { validateImage } from "../oci/model/validate.ts";
import { validateImages } from "../oci/model/validate-images.ts";
import { type ImageSource, isImage } from "./image-source.ts";

/**
 * Reads the image for every available platform, or only for `platform`. A single image is returned
 * as an index with one image. Layers are opened on demand and verified on every read. Attestations
 * are omitted.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT,
 * REGISTRY_…, DAEMON_….
 * @example `const { images } = await read(parseImageReference("example.com/app:1"))`
 */
export async function read(reference: ImageReference, options: ReadImageOptions = {}): Promise<ImageIndex> {
  if (options.platform === undefined) return readImages(reference, options);
  return { images: [await readImage(reference, options)] };
}

/**
 * Returns the image of an index for a platform: the only image, or the image for `platform`
 * (default: this machine's).
 *
 * @throws CnbError IMAGE_PLATFORM_MISMATCH
 * @example `const { config } = imageFor(await read(parseImageReference("oci:dist/demo/builder")))`
 */
export const imageFor = ({ images }: ImageIndex, platform?: Platform): Image =>
  chooseImage(images, platform, "the index");

/**
 * Writes an image, or images for several platforms under one name. A single image is written
 * without an index. A file or directory appears complete or not at all. A tag is written after
 * everything it refers to.
 *
 * @throws CnbError IMAGE_INVALID if there is no image, or if two images are for the same platform;
 * OUTPUT_UNWRITABLE, OUTPUT_NOT_A_LAYOUT, REGISTRY_…, DAEMON_….
 * @example
 * `const { digest } = await write(image, { kind: "oci", dir: "dist/app" }, { name: "app:latest" })`
 */
export const write = async (
  image: Image | ImageIndex,
  reference: ImageReference,
  options: WriteImageOptions = {},
): Promise<WrittenImages> => writeImages("images" in image ? image : { images: [image] }, reference, options);

/**
 * Checks an image, or every image at a reference: documents, digests, sizes, media types and diff ids.
 *
 * @returns a description of each problem
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_…, DAEMON_….
 * @example `const problems = await validate(parseImageReference("oci:dist/app"))`
 */
export const validate = async (
  source: ImageSource,
  options: Omit<ReadImageOptions, "platform"> = {},
): Promise<readonly string[]> => (isImage(source) ? validateImage(source) : validateImages(source, options));
