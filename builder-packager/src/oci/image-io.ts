import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import type { DaemonOptions } from "./daemon/options.ts";
import type { BlobStore } from "./layers/blob-store.ts";
import type { Digest } from "./model/digest.ts";
import type { Image } from "./model/image.ts";
import { checkIndex, type ImageIndex, type SerializedIndex, serializeIndex } from "./model/image-index.ts";
import { chooseImage } from "./model/image-platform.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "./model/reference.ts";
import { serializeImage } from "./model/serialize.ts";
import type { Platform } from "./model/spec.ts";
import type { RegistryOptions } from "./registry-options.ts";
import type { ImageArtifacts } from "./sink/image-artifacts.ts";
import { type ImageSource, imageIn } from "./source/source-image.ts";
import { imagesIn } from "./source/source-index.ts";

// Each kind of place is loaded when it is used: short commands use one of them.

/** Options of {@link readImage}. */
export interface ReadImageOptions {
  /**
   * The platform to read from an index. @default the index's only platform, or that of this machine
   */
  readonly platform?: Platform;
  readonly registry?: RegistryOptions;
  readonly daemon?: DaemonOptions;
  /** The store for downloaded layers, so that each layer is downloaded only once. */
  readonly store?: BlobStore;
}

/** Options of {@link writeImage}. */
export interface WriteImageOptions {
  readonly registry?: RegistryOptions;
  readonly daemon?: DaemonOptions;
  /**
   * The image's name: `org.opencontainers.image.ref.name` in a layout, `RepoTags` in an archive.
   */
  readonly name?: string;
  /** Additional names, each a complete reference. */
  readonly tags?: readonly string[];
  /** Creates the artifacts that refer to the images, such as signatures. @default none */
  readonly artifacts?: ImageArtifacts | undefined;
  /**
   * True if the configurations of the images were just created. A registry is then not asked whether it
   * already has them. @default false
   */
  readonly isNew?: boolean | undefined;
}

/**
 * Reads an image. Layers are opened on demand, and verified on every read.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT, REGISTRY_…, DAEMON_….
 * @example `const image = await readImage(parseImageReference("oci:dist/demo/builder"))`
 */
export async function readImage(reference: ImageReference, options: ReadImageOptions = {}): Promise<Image> {
  const { platform, registry } = options;
  const admitted = await registry?.admit?.(reference);
  const image =
    reference.kind === "docker-archive" || reference.kind === "docker-daemon"
      ? chooseImage(await saved(reference, options), platform, formatImageReference(reference))
      : await imageIn(await openAdmitted(reference, options, admitted), platform);
  registry?.used?.(reference, serializeImage(image).manifestDigest);
  return image;
}

/**
 * Reads an image for every available platform. An image for a single platform is returned as an
 * index with one image. Attestations are omitted.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, BLOB_CORRUPT, REGISTRY_….
 * @example `const { images } = await readImages(parseImageReference("example.com/app:1"))`
 */
export async function readImages(
  reference: ImageReference,
  options: Omit<ReadImageOptions, "platform"> = {},
): Promise<ImageIndex> {
  const admitted = await options.registry?.admit?.(reference);
  const index =
    reference.kind === "docker-archive" || reference.kind === "docker-daemon"
      ? { images: await saved(reference, options) }
      : await imagesIn(await openAdmitted(reference, options, admitted));
  for (const image of index.images) options.registry?.used?.(reference, serializeImage(image).manifestDigest);
  return index;
}

type DockerReference = Extract<ImageReference, { readonly kind: "docker-archive" | "docker-daemon" }>;

/** Reads images in the format of `docker save`, which has no manifests. */
async function saved(reference: DockerReference, options: ReadImageOptions): Promise<readonly Image[]> {
  if (reference.kind === "docker-archive")
    return (await import("./source/docker-archive.ts")).readDockerArchive(reference);
  return (await import("./source/docker-daemon.ts")).readDockerDaemon(reference, daemonOf(options));
}

/** The daemon's environment is the one of the registries by default. */
const daemonOf = ({ daemon, registry = {} }: ReadImageOptions | WriteImageOptions): DaemonOptions => {
  const { env, signal, waiting } = registry;
  return { ...defined({ env, signal, waiting }), ...daemon };
};

/** Opens a source with only the admitted manifests: a tag or a layout may have changed since. */
async function openAdmitted(
  reference: Exclude<ImageReference, DockerReference>,
  options: ReadImageOptions,
  admitted: readonly Digest[] | undefined,
): Promise<ImageSource> {
  if (admitted === undefined) return openSource(reference, options);
  const [only, ...others] = admitted;
  const pinned =
    reference.kind === "registry" && only && others.length === 0 ? { ...reference, digest: only } : reference;
  const source = await openSource(pinned, options);
  const manifests = source.manifests.filter(({ digest }) => admitted.includes(digest));
  if (manifests.length > 0) return { ...source, manifests };
  throw new CnbError("IMAGE_NOT_FOUND", `${source.store.where} changed while it was read`, {
    hint: "Run the command again. No other user must have write access to the image.",
  });
}

export async function openSource(
  reference: Exclude<ImageReference, DockerReference>,
  options: ReadImageOptions,
): Promise<ImageSource> {
  switch (reference.kind) {
    case "oci":
      return (await import("./source/layout.ts")).openLayout(reference);
    case "oci-archive":
      return (await import("./source/oci-archive.ts")).openOciArchive(reference.file);
    case "registry":
      return (await import("./source/registry.ts")).openRegistrySource(reference, options);
  }
}

/**
 * Writes an image. A file or directory appears complete or not at all; a tag is written after
 * everything it refers to.
 *
 * @throws CnbError OUTPUT_UNWRITABLE, OUTPUT_NOT_A_LAYOUT, REGISTRY_…, DAEMON_….
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

/** The result of {@link writeImages}. */
export interface WrittenImages {
  /** The digest that the image's name refers to: that of the index, or of the only image. */
  readonly digest: Digest;
  readonly images: readonly { readonly platform: Platform; readonly digest: Digest }[];
}

/**
 * Writes images for several platforms under one name. A single image is written without an index. A
 * file or directory appears complete or not at all. A tag is written after everything it refers to.
 *
 * @throws CnbError IMAGE_INVALID if there is no image, or if two images are for the same platform;
 * errors of {@link writeImage}.
 * @example
 * `const { digest } = await writeImages({ images: [image] }, { kind: "oci-archive", file: "app.tar" })`
 */
export async function writeImages(
  index: ImageIndex,
  reference: ImageReference,
  options: WriteImageOptions = {},
): Promise<WrittenImages> {
  checkIndex(index);
  const { top, manifests } = await written(index, reference, options);
  // An engine gets all names at once.
  const others = reference.kind === "docker-daemon" ? [] : (options.tags ?? []);
  for (const tag of others) await written(index, parseImageReference(tag), options);
  return {
    digest: top.digest,
    images: manifests.map(({ digest, platform }) => ({ platform: platform as Platform, digest })),
  };
}

async function written(
  index: ImageIndex,
  reference: ImageReference,
  options: WriteImageOptions,
): Promise<SerializedIndex> {
  const { name, registry, tags } = options;
  const artifacts = (await options.artifacts?.({ index, serialized: serializeIndex(index) }, reference)) ?? [];
  switch (reference.kind) {
    case "oci":
      return (await import("./sink/layout.ts")).writeLayout(index, reference.dir, {
        name: name ?? reference.tag,
        artifacts,
      });
    case "oci-archive":
      return (await import("./sink/archive.ts")).writeArchive(index, reference.file, { name, artifacts });
    case "docker-archive":
      return writeDockerArchive(index, reference.file, name ?? reference.name);
    case "registry":
      return (await import("./sink/registry.ts")).writeRegistry(index, reference, registry, {
        artifacts,
        isNew: options.isNew,
      });
    case "docker-daemon":
      return (await import("./sink/docker-daemon.ts")).writeDockerDaemon(
        index,
        { name: reference.name, ...defined({ tags }) },
        daemonOf(options),
      );
  }
}

/** Docker's own archives know no zstd. */
async function writeDockerArchive(index: ImageIndex, file: string, name: string | undefined): Promise<SerializedIndex> {
  const { withoutZstd } = await import("./layers/without-zstd.ts");
  const { writeArchive } = await import("./sink/archive.ts");
  return writeArchive(await withoutZstd(index), file, { name });
}
