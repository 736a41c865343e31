import type { Image, Layer } from "../model/image.ts";
import type { ImageIndex } from "../model/image-index.ts";
import { mediaTypes } from "../model/media-type.ts";
import { manifestBytes } from "../model/serialize.ts";

/**
 * Replaces layers compressed with zstd by uncompressed ones, because Docker before version 23
 * cannot load zstd. Configurations keep their bytes, so the images keep their IDs.
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

/**
 * The tar itself, whose digest is the diffID. Its size has to be counted, because an archive's
 * header precedes the content.
 */
async function plain(layer: Layer): Promise<Layer> {
  let size = 0;
  for await (const chunk of layer.uncompressed()) size += chunk.length;
  const open = () => layer.uncompressed();
  const { diffId } = layer;
  return { diffId, digest: diffId, size, mediaType: mediaTypes.ociLayer, compressed: open, uncompressed: open };
}
