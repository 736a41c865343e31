import type { Image, Layer } from "../model/image.ts";
import type { ImageIndex } from "../model/image-index.ts";
import { mediaTypes } from "../model/media-type.ts";
import { manifestBytes } from "../model/serialize.ts";

/**
 * The images with plain layers in place of those that are compressed with zstd, which Docker loads since version 23 only.
 * Configurations stay byte for byte, and with them the images' IDs.
 */
export async function withoutZstd(index: ImageIndex): Promise<ImageIndex> {
  const images = await Promise.all(index.images.map(withoutZstdIn));
  return { ...index, images };
}

export async function withoutZstdIn(image: Image): Promise<Image> {
  if (!image.layers.some(isZstd)) return image;
  const layers: Layer[] = [];
  for (const layer of image.layers) layers.push(isZstd(layer) ? await plain(layer) : layer);
  const changed = { ...image, layers };
  const { raw } = image;
  if (!raw) return changed;
  return {
    ...changed,
    raw: { ...raw, manifest: manifestBytes(changed, raw.config), mediaType: mediaTypes.ociManifest },
  };
}

const isZstd = ({ mediaType }: Layer): boolean => mediaType.endsWith("zstd");

/** The tar itself, whose digest is the diffID. Its size has to be counted: an archive's header says it first. */
async function plain(layer: Layer): Promise<Layer> {
  let size = 0;
  for await (const chunk of layer.uncompressed()) size += chunk.length;
  const open = () => layer.uncompressed();
  const { diffId } = layer;
  return { diffId, digest: diffId, size, mediaType: mediaTypes.ociLayer, compressed: open, uncompressed: open };
}
