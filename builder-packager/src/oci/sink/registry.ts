import { CnbError } from "../../errors.ts";
import { isRemoteLayer } from "../blob-layer.ts";
import type { Digest } from "../digest.ts";
import { type ImageIndex, type SerializedIndex, serializeIndex } from "../image-index.ts";
import { formatImageReference, type RegistryReference } from "../reference.ts";
import { openRepository, type RegistryClient } from "../registry/client.ts";
import { refusedBy } from "../registry/errors.ts";
import { type HttpResponse, isTransient } from "../registry/transport.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { SerializedImage } from "../serialize.ts";

interface Upload {
  readonly digest: Digest;
  readonly size: number;
  /** Another repository of the same registry that has the blob. */
  readonly mountFrom?: string | undefined;
  open(): AsyncIterable<Uint8Array>;
}

const defaultConcurrency = 4;

/**
 * Pushes images. What the registry has is not sent again; manifests come before the index that lists them, and the tag is
 * written last, when all it names is there.
 *
 * @throws CnbError REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_FAILED, BLOB_CORRUPT.
 */
export async function writeRegistry(
  index: ImageIndex,
  reference: RegistryReference,
  options: RegistryOptions = {},
): Promise<SerializedIndex> {
  const what = `push ${formatImageReference(reference)}`;
  const client = await openRepository(reference, "pull,push", what, options);
  const serialized = serializeIndex(index);
  const bound = options.concurrency ?? defaultConcurrency;
  await inParallel(uploadsOf(index, serialized, reference), bound, (blob) => upload(client, blob, what));
  if (serialized.index)
    await inParallel(serialized.images, bound, ({ manifest, manifestDigest, mediaType }) =>
      putManifest(client, { bytes: manifest, digest: manifestDigest, mediaType }, manifestDigest, what),
    );
  await putTop(client, serialized, reference, what);
  return serialized;
}

/** Every blob once. */
function uploadsOf(
  { images }: ImageIndex,
  serialized: SerializedIndex,
  { registry, repository }: RegistryReference,
): Upload[] {
  const uploads = new Map<Digest, Upload>();
  for (const layer of images.flatMap(({ layers }) => layers)) {
    const origin =
      isRemoteLayer(layer) && layer.origin.registry === registry && layer.origin.repository !== repository
        ? layer.origin
        : undefined;
    uploads.set(layer.digest, {
      digest: layer.digest,
      size: layer.size,
      mountFrom: origin?.repository,
      open: () => layer.compressed(),
    });
  }
  for (const { config, configDigest } of serialized.images)
    uploads.set(configDigest, { digest: configDigest, size: config.length, open: () => once(config) });
  return [...uploads.values()];
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Uploads a blob; what breaks in the middle is begun again, since the session has read an unknown part. */
async function upload(client: RegistryClient, blob: Upload, what: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const done = await tryUpload(client, blob, what);
      if (done === undefined || done.status === 201) return;
      if (!(await client.pause(attempt, done.header("retry-after"))))
        throw refusedBy(client.registry, what, done.status, "");
    } catch (error) {
      const transient = error instanceof CnbError && isTransient(error.cause);
      if (!transient || !(await client.pause(attempt))) throw error;
    }
  }
}

/** The answer to the upload; undefined when none was needed. */
async function tryUpload(client: RegistryClient, blob: Upload, what: string): Promise<HttpResponse | undefined> {
  const { digest, size, mountFrom, open } = blob;
  const head = await client.send({ method: "HEAD", path: `blobs/${digest}`, what, expect: [200, 404] });
  head.body.resume();
  if (head.status === 200) return undefined;
  const session = await openSession(client, digest, mountFrom, what);
  if (session.status === 201) return undefined; // mounted
  const response = await client.send({
    method: "PUT",
    path: uploadUrl(session, digest, what),
    what,
    expect: [201, 429, 500, 502, 503, 504],
    // Without this content type Debian's registry reads the body as a form and loses it.
    headers: { "content-type": "application/octet-stream" },
    body: { size, open },
    once: true,
  });
  response.body.resume();
  return response;
}

/** Begins an upload, or mounts the blob from another repository when the registry can do that. */
async function openSession(
  client: RegistryClient,
  digest: Digest,
  mountFrom: string | undefined,
  what: string,
): Promise<HttpResponse> {
  const mount = mountFrom !== undefined && {
    query: `?${new URLSearchParams({ mount: digest, from: mountFrom })}`,
    alsoFrom: mountFrom,
  };
  const { query = "", ...scope } = mount || {};
  const session = await client.send({
    method: "POST",
    path: `blobs/uploads/${query}`,
    what,
    expect: [201, 202],
    ...scope,
  });
  session.body.resume();
  return session;
}

function uploadUrl(session: HttpResponse, digest: Digest, what: string): URL {
  const location = session.header("location");
  if (location === undefined)
    throw new CnbError("REGISTRY_FAILED", `cannot ${what}: the registry gave no place to upload to`);
  const url = new URL(location, session.url);
  // Behind a proxy that does not say so, registries believe that they are spoken to by plain http.
  if (url.host === session.url.host) url.protocol = session.url.protocol;
  url.searchParams.set("digest", digest);
  return url;
}

interface Document {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly mediaType: string;
}

async function putTop(
  client: RegistryClient,
  { index, images, top }: SerializedIndex,
  { tag, digest }: RegistryReference,
  what: string,
): Promise<void> {
  if (digest !== undefined && digest !== top.digest)
    throw new CnbError("IMAGE_INVALID", `cannot ${what}: the image has the digest ${top.digest}`, {
      hint: "Name a tag instead of a digest.",
    });
  const bytes = index?.bytes ?? (images[0] as SerializedImage).manifest;
  await putManifest(client, { ...top, bytes }, tag ?? digest ?? "latest", what);
}

async function putManifest(
  client: RegistryClient,
  { bytes, digest, mediaType }: Document,
  name: string,
  what: string,
): Promise<void> {
  const response = await client.send({
    method: "PUT",
    path: `manifests/${name}`,
    what,
    expect: [201],
    headers: { "content-type": mediaType },
    body: { size: bytes.length, open: () => once(bytes) },
  });
  response.body.resume();
  const stored = response.header("docker-content-digest");
  if (stored !== undefined && stored !== digest)
    throw new CnbError("REGISTRY_FAILED", `cannot ${what}: the registry stored ${stored} instead of ${digest}`);
}

/** Works on at most `bound` items at a time. The first failure stops what has not begun. */
async function inParallel<Item>(
  items: readonly Item[],
  bound: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error: unknown) => {
        queue.length = 0;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(bound, items.length) }, worker));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
