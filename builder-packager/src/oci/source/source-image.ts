import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Digest } from "../model/digest.ts";
import { maxDocumentBytes, parseImageConfig, parseIndex, parseManifest } from "../model/document.ts";
import type { Image, Layer } from "../model/image.ts";
import { chooseManifest, platformMatches, platformMismatch } from "../model/image-platform.ts";
import { isIndex, mediaTypes } from "../model/media-type.ts";
import type { Descriptor, Manifest, Platform } from "../model/spec.ts";

/** An index may list indexes: BuildKit and containerd write one within the layout's own. */
export const maxIndexDepth = limits.indexDepth.most;

/** A place that gives blobs by their descriptors: a layout, an archive, a registry. */
export interface BlobPlace {
  /** The name for errors, for example `oci:dist/app`. */
  readonly where: string;
  /** A manifest, index or configuration, verified. */
  document(descriptor: Descriptor): Promise<Uint8Array>;
  layer(descriptor: Descriptor, diffId: Digest): Layer;
  /** Opens a blob without verification, to find out what does not match its digest. */
  openUnverified?(descriptor: Descriptor): AsyncIterable<Uint8Array>;
  /** The files of a layout or an archive besides documents, to find unreferenced ones. */
  files?(): Promise<readonly LayoutFile[]>;
  /** A file of a layout or an archive that has no digest, for example `manifest.json`. */
  file?(path: string): Promise<Uint8Array>;
}

/** A file in a layout or an archive. */
export interface LayoutFile {
  /** The path, for example `blobs/sha256/…`. */
  readonly path: string;
  readonly regular: boolean;
}

/** A place, opened, with the manifests that a reference names in it. */
export interface ImageSource {
  readonly place: BlobPlace;
  readonly manifests: readonly Descriptor[];
}

/** Reads the only image of a source, or the one for the platform. */
export const imageIn = ({ place, manifests }: ImageSource, platform: Platform | undefined): Promise<Image> =>
  imageAt(place, chooseManifest(manifests, platform, place.where), platform);

/**
 * Reads the image behind a descriptor; an index is followed to the manifest of the platform.
 *
 * @throws CnbError IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT.
 */
export async function imageAt(
  place: BlobPlace,
  descriptor: Descriptor,
  platform: Platform | undefined,
  depth = 0,
): Promise<Image> {
  const bytes = await documentOf(place, descriptor);
  if (!isIndex(descriptor.mediaType)) return imageOf(place, bytes, descriptor.mediaType, platform);
  if (depth > maxIndexDepth) throw new CnbError("IMAGE_INVALID", `the index of ${place.where} nests too deeply`);
  const chosen = chooseManifest(parseIndex(bytes, place.where).manifests, platform, place.where);
  return imageAt(place, chosen, platform, depth + 1);
}

async function imageOf(
  place: BlobPlace,
  bytes: Uint8Array,
  type: string,
  platform: Platform | undefined,
): Promise<Image> {
  const manifest = parseManifest(bytes, place.where);
  const configBytes = await documentOf(place, manifest.config);
  const config = parseImageConfig(configBytes, place.where);
  if (platform && !platformMatches(config, platform)) throw platformMismatch(place.where, platform, [config]);
  const { annotations } = manifest;
  return {
    config,
    layers: layersOf(place, manifest, config.rootfs.diff_ids),
    ...(annotations && { annotations }),
    raw: { manifest: bytes, config: configBytes, mediaType: manifest.mediaType ?? (type || mediaTypes.ociManifest) },
  };
}

function layersOf(place: BlobPlace, { layers }: Manifest, diffIds: readonly Digest[]): Layer[] {
  if (layers.length !== diffIds.length)
    throw new CnbError(
      "IMAGE_INVALID",
      `the manifest of ${place.where} and its configuration name different numbers of layers: ${layers.length} and ${diffIds.length}`,
    );
  return layers.map((descriptor, index) => place.layer(descriptor, diffIds[index] as Digest));
}

export function documentOf(place: BlobPlace, descriptor: Descriptor): Promise<Uint8Array> {
  if (descriptor.size > maxDocumentBytes)
    throw new CnbError(
      "IMAGE_INVALID",
      `${descriptor.digest} of ${place.where} has ${descriptor.size} bytes, which is too large for a manifest or configuration`,
    );
  return place.document(descriptor);
}
