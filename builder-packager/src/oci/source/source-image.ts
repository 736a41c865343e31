import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Digest } from "../model/digest.ts";
import { maxDocumentBytes, parseImageConfig, parseIndex, parseManifest } from "../model/document.ts";
import type { Image, Layer } from "../model/image.ts";
import { chooseManifest, platformMatches, platformMismatch } from "../model/image-platform.ts";
import { isIndex, mediaTypes } from "../model/media-type.ts";
import type { Descriptor, Manifest, Platform } from "../model/spec.ts";

/**
 * The maximum depth of nested indexes. BuildKit and containerd add an index to the layout's own
 * index.
 */
export const maxIndexDepth = limits.indexDepth.most;

/** A source of blobs by descriptor: a layout, an archive or a registry. */
export interface ContentStore {
  /** The location of the source in errors, for example `oci:dist/app`. */
  readonly where: string;
  /** Reads a manifest, index or configuration, and verifies it. */
  document(descriptor: Descriptor): Promise<Uint8Array>;
  layer(descriptor: Descriptor, diffId: Digest): Layer;
  /** Opens a blob without verification, to find the part that does not match its digest. */
  openUnverified?(descriptor: Descriptor): AsyncIterable<Uint8Array>;
  /**
   * Lists the files of a layout or an archive except `index.json` and similar documents, to find
   * unreferenced files.
   */
  files?(): Promise<readonly LayoutFile[]>;
  /** Reads a file of a layout or an archive that has no digest, for example `manifest.json`. */
  file?(path: string): Promise<Uint8Array>;
}

/** A file in a layout or an archive. */
export interface LayoutFile {
  /** The path of the file, for example `blobs/sha256/…`. */
  readonly path: string;
  readonly regular: boolean;
}

/** An opened layout, archive or registry, with the manifests that a reference selects. */
export interface ImageSource {
  readonly store: ContentStore;
  readonly manifests: readonly Descriptor[];
}

/** Reads the only image of a source, or the image for `platform`. */
export const imageIn = ({ store, manifests }: ImageSource, platform: Platform | undefined): Promise<Image> =>
  imageAt(store, chooseManifest(manifests, platform, store.where), platform);

/**
 * Reads the image that a descriptor refers to. If the descriptor refers to an index, the image for
 * `platform` is read.
 *
 * @throws CnbError IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT.
 */
export async function imageAt(
  store: ContentStore,
  descriptor: Descriptor,
  platform: Platform | undefined,
  depth = 0,
): Promise<Image> {
  const bytes = await documentOf(store, descriptor);
  if (!isIndex(descriptor.mediaType)) return imageOf(store, bytes, descriptor.mediaType, platform);
  if (depth > maxIndexDepth)
    throw new CnbError(
      "IMAGE_INVALID",
      `the index of ${store.where} contains more levels of nested indexes than cnb allows`,
    );
  const chosen = chooseManifest(parseIndex(bytes, store.where).manifests, platform, store.where);
  return imageAt(store, chosen, platform, depth + 1);
}

async function imageOf(
  store: ContentStore,
  bytes: Uint8Array,
  type: string,
  platform: Platform | undefined,
): Promise<Image> {
  const manifest = parseManifest(bytes, store.where);
  const configBytes = await documentOf(store, manifest.config);
  const config = parseImageConfig(configBytes, store.where);
  if (platform && !platformMatches(config, platform)) throw platformMismatch(store.where, platform, [config]);
  const { annotations } = manifest;
  return {
    config,
    layers: layersOf(store, manifest, config.rootfs.diff_ids),
    ...defined({ annotations }),
    raw: { manifest: bytes, config: configBytes, mediaType: manifest.mediaType ?? (type || mediaTypes.ociManifest) },
  };
}

function layersOf(store: ContentStore, { layers }: Manifest, diffIds: readonly Digest[]): Layer[] {
  if (layers.length !== diffIds.length)
    throw new CnbError(
      "IMAGE_INVALID",
      `the manifest of ${store.where} and its configuration list different numbers of layers: ${layers.length} and ${diffIds.length}`,
    );
  return layers.map((descriptor, index) => store.layer(descriptor, diffIds[index] as Digest));
}

export function documentOf(store: ContentStore, descriptor: Descriptor): Promise<Uint8Array> {
  if (descriptor.size > maxDocumentBytes)
    throw new CnbError(
      "IMAGE_INVALID",
      `the blob ${descriptor.digest} of ${store.where} is too large for a manifest or configuration: it has ${descriptor.size} bytes`,
    );
  return store.document(descriptor);
}
