import { CnbError } from "../errors.ts";
import { type Digest, digestOf } from "./digest.ts";
import { parseIndex } from "./document.ts";
import type { Image } from "./image.ts";
import { mediaTypes } from "./media-type.ts";
import { formatPlatform, platformOf } from "./platform.ts";
import { type SerializedImage, serializeImage } from "./serialize.ts";
import type { Descriptor, Platform } from "./spec.ts";

/** An immutable view of the images of one name: at least one, each for its own platform, which its `config` says. */
export interface ImageIndex {
  readonly images: readonly Image[];
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The bytes this index was read from. They keep its digest as long as it still lists the same images. An index that
   * also lists something else, for example attestations, comes without them.
   */
  readonly raw?: { readonly index: Uint8Array; readonly mediaType: string };
  /** Of the index as it was read, whatever else it lists. Writers do not look at it. */
  readonly digest?: Digest;
}

/** The documents of an index, as they are stored. */
export interface SerializedIndex {
  /** The index; undefined for one image, which is stored plainly. */
  readonly index: { readonly bytes: Uint8Array; readonly mediaType: string } | undefined;
  readonly images: readonly SerializedImage[];
  /** Descriptors of the images with their platforms. */
  readonly manifests: readonly Descriptor[];
  /** What a tag names: the index, or the manifest of the only image. */
  readonly top: Descriptor;
}

/**
 * The bytes of an index and of its images. Deterministic; an index that was only read keeps the bytes it had. It has
 * Docker's type when all its images have.
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
 * Refuses what no index can be: one without images, or with two for the same platform, of which readers would take either.
 *
 * @throws CnbError IMAGE_INVALID.
 */
export function checkIndex(index: ImageIndex): void {
  const { images, raw } = index;
  if (images.length === 0) throw new CnbError("IMAGE_INVALID", "there is no image to write");
  if (raw && serializeIndex(index).index?.bytes === raw.index) return; // others made it
  const platforms = images.map(({ config }) => [formatPlatform(config), config["os.version"] ?? ""].join(" ").trim());
  const twice = platforms.find((platform, at) => platforms.indexOf(platform) !== at);
  if (twice === undefined) return;
  throw new CnbError("IMAGE_INVALID", `two of the images to write together are for ${twice}`, {
    hint: "Name each platform once.",
  });
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
    ...(annotations && { annotations: Object.fromEntries(Object.entries(annotations).sort(byName)) }),
  };
  return { bytes: Buffer.from(JSON.stringify(document)), mediaType };
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);
