import { CnbError } from "../errors.ts";
import type { BlobStore } from "./blob-store.ts";
import type { Digest } from "./digest.ts";
import type { Image } from "./image.ts";
import { formatImageReference, type ImageReference } from "./reference.ts";
import type { RegistryOptions } from "./registry-options.ts";
import type { SerializedImage } from "./serialize.ts";
import { writeArchive } from "./sink/archive.ts";
import { writeLayout } from "./sink/layout.ts";
import { writeRegistry } from "./sink/registry.ts";
import { readDockerArchive } from "./source/docker-archive.ts";
import { readLayout } from "./source/layout.ts";
import { readOciArchive } from "./source/oci-archive.ts";
import { readRegistry } from "./source/registry.ts";
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
}

/**
 * Reads an image. Layers are opened when they are asked for, and verified whenever they are read.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT, REGISTRY_….
 * @example `const image = await readImage(parseImageReference("oci:dist/demo/builder"))`
 */
export async function readImage(reference: ImageReference, options: ReadImageOptions = {}): Promise<Image> {
  const { platform } = options;
  switch (reference.kind) {
    case "oci":
      return readLayout(reference, platform);
    case "oci-archive":
      return readOciArchive(reference.file, platform);
    case "docker-archive":
      return readDockerArchive(reference, platform);
    case "registry":
      return readRegistry(reference, options);
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
  const { manifestDigest } = await written(image, reference, options);
  return { manifestDigest };
}

async function written(
  image: Image,
  reference: ImageReference,
  { name, registry }: WriteImageOptions,
): Promise<SerializedImage> {
  switch (reference.kind) {
    case "oci":
      return writeLayout(image, reference.dir, name ?? reference.tag);
    case "oci-archive":
      return writeArchive(image, reference.file, name);
    case "docker-archive":
      return writeArchive(image, reference.file, name ?? reference.name);
    case "registry":
      return writeRegistry(image, reference, registry);
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
