import { CnbError } from "../../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import type { RegistryClient } from "../client.ts";
import { RegistryRefusal } from "../errors.ts";
import { discard } from "../transport/body.ts";
import { isRetryable } from "../transport/retry.ts";
import { shouldWaitAgain } from "../transport/time-limits.ts";
import type { HttpResponse } from "../transport/transport.ts";
import type { Upload } from "./blob.ts";
import { sendInChunks, UploadLost } from "./chunked-upload.ts";
import { octets, uploadLocation } from "./upload-location.ts";

/** The default for the maximum number of bytes in one upload request. */
export const defaultChunkSize = 64 * 1024 * 1024;

/**
 * The chunk size for a registry behind a proxy that refuses large requests. nginx accepts 1 MiB by
 * default.
 */
const smallChunkSize = 768 * 1024;

/**
 * Ensures that a repository has a blob. A blob of another repository is mounted, which also succeeds
 * if it was mounted before. If the registry begins an upload instead and has the blob already, that
 * upload is cancelled. A missing blob is sent, and a new one is sent without a check. An interrupted
 * upload is resumed at the offset that the registry reports, or started again. If the registry
 * refuses chunks of `chunkSize` bytes, the whole blob is sent in one request. If the registry refuses
 * that request too, small chunks are sent.
 *
 * @throws CnbError REGISTRY_…, and the errors of opening the blob
 */
export async function upload(client: RegistryClient, blob: Upload, chunkSize = defaultChunkSize): Promise<void> {
  let strategy = strategyFor(blob, chunkSize);
  const mounted = blob.mountFrom === undefined ? undefined : await mount(client, blob.digest, blob.mountFrom);
  if (mounted?.status === 201) return;
  // a registry that does not mount has begun an upload
  let begun = mounted?.header("location") === undefined ? undefined : mounted;
  const isPresent = async (attempt: number) =>
    !(blob.isNew && attempt === 1) && (await checkExistingBlob(client, blob.digest));
  for (let attempt = 1; !(await isPresent(attempt)); attempt++) {
    let session: HttpResponse | undefined;
    try {
      session = begun ?? (await initiateUpload(client));
      begun = undefined;
      if (strategy.chunkSize === undefined) await sendWhole(client, session, blob);
      else await sendInChunks(client, session, blob, strategy.chunkSize);
      return;
    } catch (error) {
      const other = strategy.after(error);
      if (other) {
        strategy = other;
        if (session) await cancelUpload(client, session);
      } else if (
        !(shouldRetry(error) || shouldWaitAgain(slownessIn(error), attempt)) ||
        !(await client.pause(attempt, retryAfterOf(error)))
      )
        throw causeOf(error);
    }
  }
  if (begun) await cancelUpload(client, begun);
}

/** A way to send a blob: in chunks or whole. */
interface UploadStrategy {
  readonly chunkSize: number | undefined;
  /** The alternative after this refusal; undefined if there is none. */
  after(error: unknown): UploadStrategy | undefined;
}

function strategyFor({ size }: Upload, chunkSize: number): UploadStrategy {
  const small: UploadStrategy = { chunkSize: smallChunkSize, after: () => undefined };
  const tooLarge = (error: unknown) => error instanceof RegistryRefusal && error.status === 413;
  const whole: UploadStrategy = {
    chunkSize: undefined,
    after: (error) => (tooLarge(error) && size > smallChunkSize ? small : undefined),
  };
  if (size <= chunkSize) return whole;
  return { chunkSize, after: (error) => (isRefused(error) ? whole : undefined) };
}

/** Registries that hide what one may not see answer 401 or 403 for what is not there: sending it shows which it was. */
async function checkExistingBlob(client: RegistryClient, digest: Digest): Promise<boolean> {
  try {
    const response = await client.send({ method: "HEAD", path: `blobs/${digest}`, expect: [200, 404, 405] });
    discard(response.body);
    return response.status === 200;
  } catch (error) {
    if (error instanceof RegistryRefusal && (error.status === 401 || error.status === 403)) return false;
    throw error;
  }
}

async function initiateUpload(client: RegistryClient): Promise<HttpResponse> {
  // once: whoever sends the blob has the patience, and would have it as often as this
  const session = await client.send({ method: "POST", path: "blobs/uploads/", expect: [202], once: true });
  discard(session.body);
  return session;
}

/**
 * Ends an upload that is not continued. Otherwise, registries keep it and its bytes for days. Many
 * registries do not support this, or only with the permission to delete, so errors are ignored.
 */
async function cancelUpload(client: RegistryClient, session: HttpResponse): Promise<void> {
  try {
    const path = uploadLocation(session, client.purpose);
    // A registry that wrongly answers with the location of the present blob must not lose that blob.
    if (/\/blobs\/[^/]*(:|%3a)[^/]*$/i.test(path.pathname)) return;
    const answer = await client.send({ method: "DELETE", path, expect: [200, 202, 204], once: true, isOptional: true });
    discard(answer.body);
  } catch (error) {
    if (!(error instanceof CnbError)) throw error;
  }
}

/** Mounting is best effort: on any error the blob is uploaded. */
async function mount(client: RegistryClient, digest: Digest, from: string): Promise<HttpResponse | undefined> {
  const path = `blobs/uploads/?${new URLSearchParams({ mount: digest, from })}`;
  try {
    const answer = await client.send({ method: "POST", path, expect: [201, 202], alsoFrom: from });
    discard(answer.body);
    return answer;
  } catch (error) {
    if (error instanceof CnbError) return undefined;
    throw error;
  }
}

async function sendWhole(client: RegistryClient, session: HttpResponse, blob: Upload): Promise<void> {
  const url = uploadLocation(session, client.purpose);
  url.searchParams.set("digest", blob.digest);
  const { size, open } = blob;
  const answer = await client.send({
    method: "PUT",
    path: url,
    expect: [201],
    headers: octets,
    body: { size, open },
    once: true,
  });
  discard(answer.body);
}

const isRefused = (error: unknown): boolean =>
  error instanceof RegistryRefusal && !isRetryable(error) && error.code !== "REGISTRY_DENIED";

/** An upload whose session is gone, or whose bytes were changed on the way, is begun again. */
const shouldRetry = (error: unknown): boolean =>
  isRetryable(error) ||
  error instanceof UploadLost ||
  (error instanceof RegistryRefusal && (error.status === 416 || error.codes.some((code) => restartCodes.has(code))));

const restartCodes = new Set(["BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "SIZE_INVALID"]);

const slownessIn = (error: unknown): unknown => (error instanceof CnbError ? error.cause : error);

const causeOf = (error: unknown): unknown => (error instanceof UploadLost ? error.cause : error);

function retryAfterOf(error: unknown): string | undefined {
  const cause = causeOf(error);
  return cause instanceof RegistryRefusal ? cause.retryAfter : undefined;
}
