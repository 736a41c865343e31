import { CnbError } from "../errors.ts";
import type { BlobStore } from "./blob-store.ts";
import type { Digest } from "./digest.ts";
import type { Image } from "./image.ts";
import { checkIndex, type ImageIndex, platformOf, type SerializedIndex } from "./image-index.ts";
import { chooseImage } from "./platform.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "./reference.ts";
import type { RegistryOptions } from "./registry-options.ts";
import { writeArchive } from "./sink/archive.ts";
import { writeLayout } from "./sink/layout.ts";
import { writeRegistry } from "./sink/registry.ts";
import { readDockerArchive } from "./source/docker-archive.ts";
import { openLayout } from "./source/layout.ts";
import { openOciArchive } from "./source/oci-archive.ts";
import { openRegistrySource } from "./source/registry.ts";
import { type ImageSource, imageIn } from "./source-image.ts";
import { imagesIn } from "./source-index.ts";
import type { Platform } from "./spec.ts";

/** How {@link readImage} reads. */
export interface ReadImageOptions {
  /** Which image of an index. @default the only one, or the one for this machine */
  readonly platform?: Platform;
  readonly registry?: RegistryOptions;
  /** Keeps layers that come over the network, so that each is fetched once. */
  readonly store?: BlobStore;
}

/** How {@link writeImage} writes. */
export interface WriteImageOptions {
  readonly registry?: RegistryOptions;
  /** `org.opencontainers.image.ref.name` in a layout, `RepoTags` in an archive. */
  readonly name?: string;
  /** More names for it, each a whole reference. */
  readonly tags?: readonly string[];
}

/**
 * Reads an image. Layers are opened when they are asked for, and verified whenever they are read.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT, REGISTRY_….
 * @example `const image = await readImage(parseImageReference("oci:dist/demo/builder"))`
 */
export async function readImage(reference: ImageReference, options: ReadImageOptions = {}): Promise<Image> {
  const { platform } = options;
  if (reference.kind === "docker-archive")
    return chooseImage(await readDockerArchive(reference), platform, formatImageReference(reference));
  return imageIn(await openSource(reference, options), platform);
}

/**
 * Reads an image for every platform that there is; one plain image is an index of one. Attestations are left out.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, BLOB_CORRUPT, REGISTRY_….
 * @example `const { images } = await readImages(parseImageReference("example.com/app:1"))`
 */
export async function readImages(
  reference: ImageReference,
  options: Omit<ReadImageOptions, "platform"> = {},
): Promise<ImageIndex> {
  if (reference.kind === "docker-archive") return { images: await readDockerArchive(reference) };
  return imagesIn(await openSource(reference, options));
}

type Openable = Exclude<ImageReference, { readonly kind: "docker-archive" }>;

async function openSource(reference: Openable, options: ReadImageOptions): Promise<ImageSource> {
  switch (reference.kind) {
    case "oci":
      return openLayout(reference);
    case "oci-archive":
      return openOciArchive(reference.file);
    case "registry":
      return openRegistrySource(reference, options);
    case "docker-daemon":
      throw noDaemon(reference, "docker save");
  }
}

/**
 * Writes an image. A file or directory appears complete or not at all; a tag is written after everything it names.
 *
 * @throws CnbError OUTPUT_UNWRITABLE, OUTPUT_NOT_A_LAYOUT, REGISTRY_….
 * @example `const { manifestDigest } = await writeImage(image, { kind: "oci", dir: "dist/app" }, { name: "app:latest" })`
 */
export async function writeImage(
  image: Image,
  reference: ImageReference,
  options: WriteImageOptions = {},
): Promise<{ readonly manifestDigest: Digest }> {
  const { digest } = await writeImages({ images: [image] }, reference, options);
  return { manifestDigest: digest };
}

/** What {@link writeImages} wrote. */
export interface WrittenImages {
  /** What the name stands for: the digest of the index, or of the only image. */
  readonly digest: Digest;
  readonly images: readonly { readonly platform: Platform; readonly digest: Digest }[];
}

/**
 * Writes images for several platforms under one name; a single one is written plainly, without an index. A file or
 * directory appears complete or not at all; a tag is written after everything it names.
 *
 * @throws CnbError IMAGE_INVALID when there is no image or two are for one platform; what {@link writeImage} throws.
 * @example `const { digest } = await writeImages({ images: [image] }, { kind: "oci-archive", file: "app.tar" })`
 */
export async function writeImages(
  index: ImageIndex,
  reference: ImageReference,
  options: WriteImageOptions = {},
): Promise<WrittenImages> {
  checkIndex(index);
  const { top, manifests } = await written(index, reference, options);
  for (const tag of options.tags ?? []) await written(index, parseImageReference(tag), options);
  const images = manifests.map(({ digest }, at) => ({
    platform: platformOf((index.images[at] as Image).config),
    digest,
  }));
  return { digest: top.digest, images };
}

async function written(
  index: ImageIndex,
  reference: ImageReference,
  { name, registry }: WriteImageOptions,
): Promise<SerializedIndex> {
  switch (reference.kind) {
    case "oci":
      return writeLayout(index, reference.dir, name ?? reference.tag);
    case "oci-archive":
      return writeArchive(index, reference.file, name);
    case "docker-archive":
      return writeArchive(index, reference.file, name ?? reference.name);
    case "registry":
      return writeRegistry(index, reference, registry);
    case "docker-daemon":
      throw noDaemon(reference, "docker load");
  }
}

const noDaemon = (reference: ImageReference, command: string): CnbError =>
  new CnbError(
    "IMAGE_REFERENCE_UNSUPPORTED",
    `${formatImageReference(reference)} cannot be used: images in a Docker daemon are not supported`,
    {
      hint: `Use docker-archive:FILE together with "${command}".`,
    },
  );
