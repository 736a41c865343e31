import { type Digest, digestOf } from "../model/digest.ts";
import { mediaTypes } from "../model/media-type.ts";
import { formatImageReference, type ImageReference } from "../model/reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openRepository, type RegistryClient } from "./client.ts";
import { RegistryRefusal } from "./errors.ts";
import { readManifestOf, type StoredManifest } from "./manifest-read.ts";
import { putManifest } from "./manifest-write.ts";
import { removeFromFallback, subjectOf } from "./referrers-tag.ts";
import { repositoryOf } from "./repository-of.ts";
import type { Upload } from "./transfer/blob.ts";
import { upload } from "./transfer/upload.ts";
import { bytesBody, discard } from "./transport/body.ts";

/**
 * Deletes a tag. With a digest, deletes the manifest and all its tags. Other tags of the same
 * manifest are kept, even in registries that only delete by digest.
 *
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_FAILED when the registry does not
 * support deletion.
 * @example `await remove(parseImageReference("example.com/app:1"))`
 */
export async function deleteImage(reference: ImageReference, options: RegistryOptions = {}): Promise<void> {
  const named = repositoryOf(reference, "delete");
  const where = formatImageReference(named);
  const purpose = `delete ${where}`;
  const client = await openRepository(named, "pull,push,delete", purpose, options);
  const name = named.digest ?? named.tag ?? "latest";
  const manifest = await readManifestOf(client, { name, where });
  if (named.digest === undefined) return deleteTag(client, name);
  await remove(client, `manifests/${named.digest}`);
  const subject = subjectOf(manifest);
  if (subject !== undefined) await removeFromFallback(client, named.digest, subject);
}

/**
 * Deletes a blob of a repository. Images with that blob become unusable, so use this function only
 * for unreferenced blobs.
 *
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_FAILED when the registry does not
 * support deletion.
 * @example `await removeBlob(parseImageReference("example.com/app"), digestOf("content"))`
 */
export async function deleteBlob(
  reference: ImageReference,
  digest: Digest,
  options: RegistryOptions = {},
): Promise<void> {
  const named = repositoryOf(reference, "delete a blob of");
  const purpose = `delete the blob ${digest} of ${named.registry}/${named.repository}`;
  const client = await openRepository(named, "pull,push,delete", purpose, options);
  await remove(client, `blobs/${digest}`);
}

async function remove(client: RegistryClient, path: string): Promise<void> {
  const response = await client.send({ method: "DELETE", path, expect: [200, 202, 204] });
  discard(response.body);
}

async function deleteTag(client: RegistryClient, tag: string): Promise<void> {
  try {
    await remove(client, `manifests/${tag}`);
  } catch (error) {
    if (!(error instanceof RegistryRefusal) || ![400, 404, 405].includes(error.status)) throw error;
    await deleteWithStandIn(client, tag);
  }
}

/**
 * Registries before the OCI specification delete by digest only, and with the manifest all its tags. So the tag is moved to
 * an image of its own first, which is deleted then. That deleting works at all is tried before, with a digest that is not
 * there.
 */
async function deleteWithStandIn(client: RegistryClient, tag: string): Promise<void> {
  const { config, manifest } = standIn(tag);
  await refuseUnlessDeletes(client, manifest.digest);
  await upload(client, config);
  await putManifest(client, manifest, tag);
  await remove(client, `manifests/${manifest.digest}`);
}

async function refuseUnlessDeletes(client: RegistryClient, absent: Digest): Promise<void> {
  const path = `manifests/${absent}`;
  const answer = await client.send({ method: "DELETE", path, expect: [200, 202, 204, 404] });
  discard(answer.body);
}

/** An image with nothing in it that is like no other. */
function standIn(tag: string): { readonly config: Upload; readonly manifest: StoredManifest } {
  const content = { architecture: "unknown", os: "unknown", rootfs: { type: "layers", diff_ids: [] } };
  const own = { ...content, comment: `${tag} is being deleted (${crypto.randomUUID()})` };
  const bytes = Buffer.from(JSON.stringify(own));
  const config = { mediaType: mediaTypes.ociConfig, digest: digestOf(bytes), size: bytes.length };
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] };
  const text = Buffer.from(JSON.stringify(document));
  return {
    config: { ...bytesBody(bytes), digest: config.digest },
    manifest: { bytes: text, digest: digestOf(text), mediaType: mediaTypes.ociManifest },
  };
}
