import { type Digest, hexOf } from "./digest.ts";
import type { Image, Layer } from "./image.ts";
import { mediaTypes } from "./media-type.ts";
import { type SerializedImage, serializeImage } from "./serialize.ts";
import { refName } from "./source/layout.ts";
import type { Platform } from "./spec.ts";

/** Everything that a layout or an archive of an image holds. */
export interface LayoutFiles {
  readonly image: SerializedImage;
  /** Small files by path: `oci-layout`, `index.json`, `manifest.json` and the two documents. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  /** Layers by path, each blob once. */
  readonly layers: ReadonlyMap<string, Layer>;
}

export const blobPath = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

/**
 * Plans the files of an OCI layout that is a docker-archive as well: `docker load` up to version 28 with the classic
 * store reads only `manifest.json`, whose entries may point at the blobs of the layout.
 */
export function layoutFiles(image: Image, name: string | undefined): LayoutFiles {
  const serialized = serializeImage(image);
  const { manifest, manifestDigest, config, configDigest } = serialized;
  return {
    image: serialized,
    documents: new Map<string, Uint8Array>([
      ["oci-layout", json({ imageLayoutVersion: "1.0.0" })],
      ["index.json", json(indexOf(serialized, image.config, name))],
      ["manifest.json", json([dockerEntry(image, configDigest, name)])],
      [blobPath(configDigest), config],
      [blobPath(manifestDigest), manifest],
    ]),
    layers: new Map(image.layers.map((layer) => [blobPath(layer.digest), layer])),
  };
}

function indexOf(
  { manifest, manifestDigest, mediaType }: SerializedImage,
  platform: Platform,
  name: string | undefined,
) {
  const { os, architecture, variant } = platform;
  const descriptor = {
    mediaType,
    digest: manifestDigest,
    size: manifest.length,
    ...(name !== undefined && { annotations: { [refName]: name } }),
    platform: { architecture, os, ...(variant !== undefined && { variant }) },
  };
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [descriptor] };
}

function dockerEntry({ layers }: Image, configDigest: Digest, name: string | undefined) {
  const tag = dockerTag(name);
  return {
    Config: blobPath(configDigest),
    RepoTags: tag === undefined ? [] : [tag],
    Layers: layers.map(({ digest }) => blobPath(digest)),
  };
}

/** `docker load` refuses names without a tag and names with a digest; a name that cannot be one is left out. */
function dockerTag(name: string | undefined): string | undefined {
  if (name === undefined || !/^[a-z0-9][A-Za-z0-9._:/-]*$/.test(name)) return undefined;
  return name.slice(name.lastIndexOf("/") + 1).includes(":") ? name : `${name}:latest`;
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
