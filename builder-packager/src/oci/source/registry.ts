import { createReadStream } from "node:fs";
import { buffer } from "node:stream/consumers";
import { CnbError } from "../../errors.ts";
import { blobLayer, type RemoteLayer } from "../blob-layer.ts";
import type { BlobStore } from "../blob-store.ts";
import { digestOf } from "../digest.ts";
import { maxDocumentBytes } from "../document.ts";
import { isIndex, isManifest, mediaTypes } from "../media-type.ts";
import { formatImageReference, type RegistryReference } from "../reference.ts";
import { openRepository, type RegistryClient } from "../registry/client.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { BlobPlace, ImageSource } from "../source-image.ts";
import type { Descriptor } from "../spec.ts";
import { verified, verifiedBytes } from "../verify.ts";

const accept = [mediaTypes.ociManifest, mediaTypes.ociIndex, mediaTypes.dockerManifest, mediaTypes.dockerIndex].join(
  ", ",
);

/** How {@link openRegistrySource} reads. */
export interface RegistrySourceOptions {
  readonly registry?: RegistryOptions | undefined;
  readonly store?: BlobStore | undefined;
}

/**
 * Opens what a name stands for in a registry. Layers are fetched when they are read, and kept when there is a store.
 *
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_FAILED, BLOB_CORRUPT.
 */
export async function openRegistrySource(
  reference: RegistryReference,
  { registry = {}, store }: RegistrySourceOptions,
): Promise<ImageSource> {
  const client = await openRepository(reference, "pull", `pull ${formatImageReference(reference)}`, registry);
  const { descriptor, bytes } = await topManifest(client, reference);
  const place = registryPlace(client, formatImageReference(reference), store);
  const document = (wanted: Descriptor) =>
    wanted.digest === descriptor.digest ? Promise.resolve(bytes) : place.document(wanted);
  return { place: { ...place, document }, manifests: [descriptor] };
}

async function topManifest(
  client: RegistryClient,
  reference: RegistryReference,
): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
  const where = formatImageReference(reference);
  const path = `manifests/${reference.digest ?? reference.tag ?? "latest"}`;
  const response = await client.send({
    method: "GET",
    path,
    what: `pull ${where}`,
    expect: [200],
    headers: { accept },
  });
  const bytes = await limited(response.body as AsyncIterable<Uint8Array>, where);
  const stated = response.header("docker-content-digest");
  const expected = reference.digest ?? (stated?.startsWith("sha256:") ? stated : undefined);
  const digest = digestOf(bytes);
  if (expected !== undefined && digest !== expected)
    throw new CnbError("BLOB_CORRUPT", `the manifest of ${where} is damaged: its digest is ${digest}, not ${expected}`);
  const mediaType = response.header("content-type")?.split(";")[0]?.trim() ?? mediaTypes.ociManifest;
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

async function limited(source: AsyncIterable<Uint8Array>, where: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > maxDocumentBytes)
      throw new CnbError("IMAGE_INVALID", `the manifest of ${where} is larger than ${maxDocumentBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function registryPlace(client: RegistryClient, where: string, store: BlobStore | undefined): BlobPlace {
  const { registry, repository } = client;
  return {
    where,
    async document({ digest, size, mediaType }) {
      const what = `pull ${where}`;
      if (!isIndex(mediaType) && !isManifest(mediaType))
        return verifiedBytes(client.blob(`blobs/${digest}`, what), { digest, size, where });
      const response = await client.send({
        method: "GET",
        path: `manifests/${digest}`,
        what,
        expect: [200],
        headers: { accept },
      });
      return buffer(verified(response.body as AsyncIterable<Uint8Array>, { digest, size, where }));
    },
    layer(descriptor, diffId): RemoteLayer {
      const fetched = () => client.blob(`blobs/${descriptor.digest}`, `pull ${where}`);
      const open = store ? () => kept(store, descriptor, where, fetched) : fetched;
      const { digest, size, mediaType } = descriptor;
      return { ...blobLayer({ diffId, digest, size, mediaType, where, open }), origin: { registry, repository } };
    },
  };
}

/** Fetches a blob into the store first: it is needed again, and a slow reader would hold the connection. */
async function* kept(
  store: BlobStore,
  { digest, size }: Descriptor,
  where: string,
  fetch: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!(await store.has(digest, size))) await store.put(verified(fetch(), { digest, size, where }));
  yield* createReadStream(store.blobFile(digest), { highWaterMark: 1024 * 1024 });
}
