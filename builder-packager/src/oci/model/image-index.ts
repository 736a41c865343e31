import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { type Digest, digestOf } from "./digest.ts";
import { parseIndex } from "./document.ts";
import type { Image } from "./image.ts";
import { formatPlatform, platformOf } from "./image-platform.ts";
import { mediaTypes } from "./media-type.ts";
import { type SerializedImage, serializeImage } from "./serialize.ts";
import type { Descriptor, Platform } from "./spec.ts";

/**
 * An immutable view of the images under one name. There is at least one image, and each is for a
 * different platform, which its `config` names.
 */
export interface ImageIndex {
  readonly images: readonly Image[];
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The original bytes of the index. With them, an index that still lists the same images keeps its
   * digest. Absent for an index that also lists other content, such as attestations.
   */
  readonly raw?: { readonly index: Uint8Array; readonly mediaType: string };
  /** The digest of the original index, including any other content. Writers ignore it. */
  readonly digest?: Digest;
}

/** The documents of an index in the form in which they are stored. */
export interface SerializedIndex {
  /** The document of the index; undefined for a single image, which is stored without an index. */
  readonly index: { readonly bytes: Uint8Array; readonly mediaType: string } | undefined;
  readonly images: readonly SerializedImage[];
  /** The descriptors of the images, with their platforms. */
  readonly manifests: readonly Descriptor[];
  /** The descriptor that a tag refers to: that of the index, or of the only image's manifest. */
  readonly top: Descriptor;
}

/**
 * Serializes an index and its images deterministically; an unmodified index keeps its bytes. The
 * index has Docker's media type if all its images have.
 *
 * @example `const { top } = serializeIndex({ images: [amd64, arm64] })`
 */
export function serializeIndex(index: ImageIndex): SerializedIndex {
  const images = index.images.map(serializeImage);
  const manifests = images.map((image, at) => descriptorOf(image, platformOf((index.images[at] as Image).config)));
  const [only, second] = manifests;
  const raw = unchanged(index, manifests);
  if (only && !second && !raw) return { index: undefined, images, manifests, top: only };
  const document = raw ?? freshIndex(index, manifests);
  const { bytes, mediaType } = document;
  return { index: document, images, manifests, top: { mediaType, digest: digestOf(bytes), size: bytes.length } };
}

/**
 * Refuses an invalid index: one without images, or with two for the same platform.
 *
 * @throws CnbError IMAGE_INVALID.
 */
export function checkIndex(index: ImageIndex): void {
  const { images, raw } = index;
  if (images.length === 0)
    throw new CnbError("IMAGE_INVALID", "cannot write a multi-platform image: its index contains no image", {
      hint: "Add at least one image to the index.",
    });
  if (raw && serializeIndex(index).index?.bytes === raw.index) return; // others made it
  const platforms = images.map(({ config }) => [formatPlatform(config), config["os.version"] ?? ""].join(" ").trim());
  const twice = platforms.find((platform, at) => platforms.indexOf(platform) !== at);
  if (twice === undefined) return;
  throw new CnbError(
    "IMAGE_INVALID",
    `a multi-platform image contains several images for the platform ${twice}, but only one is allowed`,
    {
      hint: `Remove all images for ${twice} except one.`,
    },
  );
}

const descriptorOf = ({ manifest, manifestDigest, mediaType }: SerializedImage, platform: Platform): Descriptor => ({
  mediaType,
  digest: manifestDigest,
  size: manifest.length,
  platform,
});

function unchanged({ raw }: ImageIndex, manifests: readonly Descriptor[]) {
  if (!raw) return undefined;
  const listed = parseIndex(raw.index, "the images").manifests;
  const same = listed.length === manifests.length && manifests.every(({ digest }, at) => digest === listed[at]?.digest);
  return same ? { bytes: raw.index, mediaType: raw.mediaType } : undefined;
}

function freshIndex({ annotations }: ImageIndex, manifests: readonly Descriptor[]) {
  const docker = manifests.every(({ mediaType }) => mediaType === mediaTypes.dockerManifest);
  const mediaType = docker ? mediaTypes.dockerIndex : mediaTypes.ociIndex;
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests,
    ...defined({ annotations: annotations && Object.fromEntries(Object.entries(annotations).sort(byName)) }),
  };
  return { bytes: Buffer.from(JSON.stringify(document)), mediaType };
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);
