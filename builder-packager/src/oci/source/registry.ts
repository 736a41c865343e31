import { createReadStream } from "node:fs";
import { CnbError } from "../../errors.ts";
import { blobLayer, type RemoteLayer } from "../layers/blob-layer.ts";
import type { BlobStore } from "../layers/blob-store.ts";
import { verified, verifiedBytes } from "../layers/verify.ts";
import type { Digest } from "../model/digest.ts";
import { isIndex, isManifest } from "../model/media-type.ts";
import { formatImageReference, type RegistryReference } from "../model/reference.ts";
import type { Descriptor } from "../model/spec.ts";
import { readManifest } from "../registry/manifest-read.ts";
import { openReader, type Reader } from "../registry/reader.ts";
import { download } from "../registry/transfer/download.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { ContentStore, ImageSource } from "./source-image.ts";

/** Options of {@link openRegistrySource}. */
export interface RegistrySourceOptions {
  readonly registry?: RegistryOptions | undefined;
  readonly store?: BlobStore | undefined;
}

/**
 * Opens an image in a registry. Layers are downloaded on demand, and stored if there is a store.
 *
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_FAILED, BLOB_CORRUPT.
 */
export async function openRegistrySource(
  reference: RegistryReference,
  { registry = {}, store }: RegistrySourceOptions,
): Promise<ImageSource> {
  const where = formatImageReference(reference);
  const reader = await openReader(reference, `pull ${where}`, registry);
  const name = reference.digest ?? reference.tag ?? "latest";
  const { bytes, ...top } = await readManifest(reader, { name, where });
  const content = registryStore(reader, where, store);
  const document = async (wanted: Descriptor) => (wanted.digest === top.digest ? bytes : content.document(wanted));
  return { store: { ...content, document }, manifests: [{ ...top, size: bytes.length }] };
}

function registryStore(reader: Reader, where: string, store: BlobStore | undefined): ContentStore {
  const { registry, repository } = reader;
  return {
    where,
    document: (descriptor) => documentOf(reader, descriptor, where),
    layer(descriptor, diffId): RemoteLayer {
      const fetched = () => download(reader, descriptor);
      const open = store ? () => kept(store, descriptor, { where, reader, fetch: fetched }) : fetched;
      const { digest, size, mediaType } = descriptor;
      return { ...blobLayer({ diffId, digest, size, mediaType, where, open }), origin: { registry, repository } };
    },
  };
}

async function documentOf(reader: Reader, { digest, size, mediaType }: Descriptor, where: string): Promise<Uint8Array> {
  if (!isIndex(mediaType) && !isManifest(mediaType))
    return trusted(reader, () => verifiedBytes(download(reader, { digest, size }), { digest, size, where }));
  const { bytes } = await readManifest(reader, { name: digest, where });
  return verifiedBytes(of(bytes), { digest, size, where });
}

async function* of(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Requests content again from the registry itself if a mirror returned wrong content. */
async function trusted<Result>(reader: Reader, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const wrong = error instanceof CnbError && error.code === "BLOB_CORRUPT";
    if (!wrong || !reader.distrust()) throw error;
    return work();
  }
}

interface Fetch {
  readonly where: string;
  readonly reader: Reader;
  fetch(): AsyncIterable<Uint8Array>;
}

/** Blobs on their way into a store: who wants the same one at the same time waits for it. */
const fetching = new WeakMap<BlobStore, Map<Digest, Promise<unknown>>>();

/** Fetches a blob into the store first: it is needed again, and a slow reader would hold the connection. */
async function* kept(store: BlobStore, blob: Descriptor, fetch: Fetch): AsyncGenerator<Uint8Array, void, undefined> {
  const underway = fetching.get(store) ?? new Map<Digest, Promise<unknown>>();
  fetching.set(store, underway);
  if (!(await store.has(blob.digest, blob.size))) {
    const fetched = underway.get(blob.digest) ?? keep(store, blob, fetch).finally(() => underway.delete(blob.digest));
    underway.set(blob.digest, fetched);
    await fetched;
  }
  yield* createReadStream(store.blobFile(blob.digest), { highWaterMark: 1024 * 1024 });
}

const keep = (store: BlobStore, { digest, size }: Descriptor, { where, reader, fetch }: Fetch) =>
  trusted(reader, () => store.put(verified(fetch(), { digest, size, where })));
