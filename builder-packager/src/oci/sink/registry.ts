import { CnbError } from "../../errors.ts";
import type { Digest } from "../model/digest.ts";
import { type ImageIndex, type SerializedIndex, serializeIndex } from "../model/image-index.ts";
import { formatImageReference, type RegistryReference } from "../model/reference.ts";
import type { SerializedImage } from "../model/serialize.ts";
import { openRepository } from "../registry/client.ts";
import type { StoredManifest } from "../registry/manifest-read.ts";
import type { Upload } from "../registry/transfer/blob.ts";
import { push } from "../registry/transfer/push.ts";
import { bytesBody } from "../registry/transport/body.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { layerUpload } from "./layer-upload.ts";

/**
 * Pushes images. Existing content is not sent again; manifests come before their index, and the tag
 * is written last, when all content is complete.
 *
 * @throws CnbError REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_FAILED, BLOB_CORRUPT.
 */
export async function writeRegistry(
  index: ImageIndex,
  reference: RegistryReference,
  options: RegistryOptions = {},
): Promise<SerializedIndex> {
  const purpose = `push ${formatImageReference(reference)}`;
  const serialized = serializeIndex(index);
  refuseOtherDigest(serialized, reference, purpose);
  const client = await openRepository(reference, "pull,push", purpose, options);
  const wanted = {
    blobs: uploadsOf(index, serialized, reference),
    manifests: serialized.index ? serialized.images.map(manifestOf) : [],
    top: topOf(serialized),
    reference,
  };
  await push(client, wanted, options);
  return serialized;
}

/** Every blob once. */
function uploadsOf({ images }: ImageIndex, serialized: SerializedIndex, reference: RegistryReference): Upload[] {
  const uploads = new Map<Digest, Upload>();
  for (const layer of images.flatMap(({ layers }) => layers)) uploads.set(layer.digest, layerUpload(layer, reference));
  for (const { config, configDigest } of serialized.images)
    uploads.set(configDigest, { digest: configDigest, ...bytesBody(config) });
  return [...uploads.values()];
}

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
