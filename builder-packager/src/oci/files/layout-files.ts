import { defined } from "../../defined.ts";
import { type Digest, digestOf, hexOf } from "../model/digest.ts";
import type { Image, Layer } from "../model/image.ts";
import { type ImageIndex, type SerializedIndex, serializeIndex } from "../model/image-index.ts";
import { mediaTypes } from "../model/media-type.ts";
import type { Descriptor } from "../model/spec.ts";
import type { StoredArtifact } from "../registry/attach.ts";
import { referrerDescriptor } from "../registry/referrers-tag.ts";
import { refName } from "../source/layout.ts";

/** The files to write into an OCI layout or an archive of images. */
export interface LayoutFiles {
  readonly serialized: SerializedIndex;
  /**
   * The small files by path: `oci-layout`, `index.json`, `manifest.json`, manifests and
   * configurations.
   */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  /** The layers by path. Each blob is included once. */
  readonly layers: ReadonlyMap<string, Layer>;
}

/** Options of {@link layoutFiles}. */
export interface LayoutOptions {
  readonly name?: string | undefined;
  /**
   * True to list several images in `index.json` itself, as pack does. Otherwise, `index.json` lists
   * one index of the images, as written by skopeo and BuildKit. @default false
   */
  readonly flat?: boolean;
  /** Artifacts that refer to the images. They have no name. @default none */
  readonly artifacts?: readonly StoredArtifact[];
}

export const blobPath = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

/**
 * Plans the files of an OCI layout that is also a docker-archive: `docker load` up to version 28
 * with the classic store reads only `manifest.json`, whose entries may refer to the blobs of the
 * layout.
 */
export function layoutFiles(
  index: ImageIndex,
  { name, flat = false, artifacts = [] }: LayoutOptions = {},
): LayoutFiles {
  const serialized = serializeIndex(index);
  const nested = flat ? undefined : serialized.index;
  return {
    serialized,
    documents: new Map<string, Uint8Array>([
      ["oci-layout", json({ imageLayoutVersion: "1.0.0" })],
      ["index.json", json(layoutIndex(nested ? [serialized.top] : serialized.manifests, name, artifacts))],
      ["manifest.json", json(dockerEntries(index, serialized, name))],
      ...serialized.images.flatMap(({ config, configDigest, manifest, manifestDigest }) => [
        [blobPath(configDigest), config] as const,
        [blobPath(manifestDigest), manifest] as const,
      ]),
      ...(nested ? [[blobPath(serialized.top.digest), nested.bytes] as const] : []),
      ...artifacts.flatMap(artifactFiles),
    ]),
    layers: new Map(
      index.images.flatMap(({ layers }) => layers.map((layer) => [blobPath(layer.digest), layer] as const)),
    ),
  };
}

const artifactFiles = ({ manifest, blobs }: StoredArtifact): readonly (readonly [string, Uint8Array])[] =>
  [manifest.bytes, ...blobs].map((bytes) => [blobPath(digestOf(bytes)), bytes] as const);

function layoutIndex(manifests: readonly Descriptor[], name: string | undefined, artifacts: readonly StoredArtifact[]) {
  const listed = manifests.map(({ mediaType, digest, size, platform }) => ({
    mediaType,
    digest,
    size,
    ...defined({ annotations: name === undefined ? undefined : { [refName]: name }, platform }),
  }));
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [...listed, ...artifacts.map(({ manifest }) => referrerDescriptor(manifest))],
  };
}

/**
 * Creates the entries for `docker load`. Only the first entry has the name, because `docker load`
 * assigns a name to the last entry that contains it.
 */
const dockerEntries = ({ images }: ImageIndex, serialized: SerializedIndex, name: string | undefined) =>
  images.map(({ layers }, at) =>
    dockerEntry(layers, serialized.images[at]?.configDigest as Digest, at === 0 ? dockerTag(name) : undefined),
  );

const dockerEntry = (layers: Image["layers"], configDigest: Digest, tag: string | undefined) => ({
  Config: blobPath(configDigest),
  RepoTags: tag === undefined ? [] : [tag],
  Layers: layers.map(({ digest }) => blobPath(digest)),
});

/** `docker load` refuses names without a tag and names with a digest; a name that cannot be one is left out. */
function dockerTag(name: string | undefined): string | undefined {
  if (name === undefined || !/^[a-z0-9][A-Za-z0-9._:/-]*$/.test(name)) return undefined;
  return name.slice(name.lastIndexOf("/") + 1).includes(":") ? name : `${name}:latest`;
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
