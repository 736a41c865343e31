import { CnbError } from "../../errors.ts";
import { type Digest, digestOf } from "../model/digest.ts";
import { type ImageIndex, type SerializedIndex, serializeIndex } from "../model/image-index.ts";
import { formatImageReference, type RegistryReference } from "../model/reference.ts";
import type { SerializedImage } from "../model/serialize.ts";
import type { StoredArtifact } from "../registry/attach.ts";
import { openRepository } from "../registry/client.ts";
import type { StoredManifest } from "../registry/manifest-read.ts";
import type { Upload } from "../registry/transfer/blob.ts";
import { push } from "../registry/transfer/push.ts";
import { bytesBody } from "../registry/transport/body.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { layerUpload } from "./layer-upload.ts";

/** The artifacts to push with images, and whether the configurations are new. */
export interface RegistryContent {
  readonly artifacts?: readonly StoredArtifact[];
  /** True if the configurations of the images were just created. */
  readonly isNew?: boolean | undefined;
}

/**
 * Pushes images. Content that the repository already has is not sent again. Manifests are sent
 * before their index. The tag is written last, when all content is complete, including the
 * artifacts that refer to the images.
 *
 * The options are not copied: operations with the same options object share connections and tokens.
 *
 * @throws CnbError REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_FAILED, BLOB_CORRUPT.
 */
export async function writeRegistry(
  index: ImageIndex,
  reference: RegistryReference,
  options: RegistryOptions = {},
  { artifacts = [], isNew }: RegistryContent = {},
): Promise<SerializedIndex> {
  const purpose = `push ${formatImageReference(reference)}`;
  const serialized = serializeIndex(index);
  refuseOtherDigest(serialized, reference, purpose);
  const client = await openRepository(reference, "pull,push", purpose, options);
  const top = topOf(serialized);
  const attached = artifacts.map(({ manifest }) => manifest);
  // Some registries refuse an artifact whose subject is missing.
  const subject = attached.length > 0 ? [top] : [];
  const wanted = {
    blobs: [...uploadsOf(index, serialized, { reference, isNew }), ...artifacts.flatMap(uploadsOfArtifact)],
    manifests: [...(serialized.index ? serialized.images.map(manifestOf) : []), ...subject, ...attached],
    top,
    reference,
  };
  await push(client, wanted, options);
  return serialized;
}

/** Every blob once. */
function uploadsOf(
  { images }: ImageIndex,
  serialized: SerializedIndex,
  { reference, isNew }: { readonly reference: RegistryReference; readonly isNew: boolean | undefined },
): Upload[] {
  const uploads = new Map<Digest, Upload>();
  for (const layer of images.flatMap(({ layers }) => layers)) uploads.set(layer.digest, layerUpload(layer, reference));
  for (const { config, configDigest } of serialized.images)
    uploads.set(configDigest, { digest: configDigest, isNew, ...bytesBody(config) });
  return [...uploads.values()];
}

const uploadsOfArtifact = ({ blobs }: StoredArtifact): Upload[] =>
  blobs.map((content) => ({ digest: digestOf(content), ...bytesBody(content) }));

const manifestOf = ({ manifest, manifestDigest, mediaType }: SerializedImage): StoredManifest => ({
  bytes: manifest,
  digest: manifestDigest,
  mediaType,
});

function topOf({ index, images, top }: SerializedIndex): StoredManifest {
  const { digest, mediaType } = top;
  return { bytes: index?.bytes ?? (images[0] as SerializedImage).manifest, digest, mediaType };
}

function refuseOtherDigest({ top }: SerializedIndex, { digest }: RegistryReference, purpose: string): void {
  if (digest === undefined || digest === top.digest) return;
  throw new CnbError(
    "IMAGE_INVALID",
    `cannot ${purpose}: the image has the digest ${top.digest}, not the one in the name`,
    {
      hint: "Use a tag instead of a digest.",
    },
  );
}
