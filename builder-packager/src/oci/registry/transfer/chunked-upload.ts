import type { RegistryClient } from "../client.ts";
import { RegistryRefusal } from "../errors.ts";
import { discard } from "../transport/body.ts";
import { isRetryable } from "../transport/retry.ts";
import type { HttpResponse } from "../transport/transport.ts";
import type { Upload } from "./blob.ts";
import { type Seekable, seekable } from "./seekable.ts";
import { octets, storedBytes, uploadLocation } from "./upload-location.ts";

/**
 * The error for an upload that the registry no longer knows. Its cause is the error that
 * interrupted the upload.
 */
export class UploadLost extends Error {}

/** The progress of an upload, and the URL at which it continues. */
interface Progress {
  readonly location: URL;
  readonly offset: number;
}

/**
 * Sends a blob in several requests. After an interruption, the upload continues at the offset that
 * the registry reports.
 *
 * @throws UploadLost, RegistryRefusal.
 */
export async function sendInChunks(
  client: RegistryClient,
  session: HttpResponse,
  blob: Upload,
  chunkSize: number,
): Promise<void> {
  const size = Math.max(chunkSize, Number(session.header("oci-chunk-min-length")) || 0);
  const bytes = seekable(() => blob.open());
  let progress: Progress = { location: uploadLocation(session, client.purpose), offset: 0 };
  try {
    for (let attempt = 1; progress.offset < blob.size; attempt++) {
      const before = progress.offset;
      progress = await sendChunk(client, bytes, progress, { end: Math.min(before + size, blob.size), attempt });
      if (progress.offset > before) attempt = 0;
    }
  } finally {
    await bytes.close();
  }
  await commit(client, progress.location, blob);
}

async function sendChunk(
  client: RegistryClient,
  bytes: Seekable,
  { location, offset }: Progress,
  { end, attempt }: { readonly end: number; readonly attempt: number },
): Promise<Progress> {
  try {
    const answer = await client.send({
      method: "PATCH",
      path: location,
      expect: [202, 204], // the second is what go-containerregistry's registry answers
      once: true,
      headers: { ...octets, "content-range": `${offset}-${end - 1}` },
      body: { size: end - offset, open: () => bytes.range(offset, end) },
    });
    discard(answer.body);
    return { location: uploadLocation(answer, client.purpose), offset: inside(storedBytes(answer), offset, end) };
  } catch (error) {
    if (!isRetryable(error) && !isWrongOffset(error)) throw error;
    const retryAfter = error instanceof RegistryRefusal ? error.retryAfter : undefined;
    if (!(await client.pause(attempt, retryAfter))) throw error;
    const progress = await progressOf(client, location, error);
    // The location was right: GitHub's registry reports in this way that the chunk is too large.
    if (isWrongOffset(error) && progress.offset === offset) throw error;
    return progress;
  }
}

const isWrongOffset = (error: unknown): boolean => error instanceof RegistryRefusal && error.status === 416;

/**
 * A registry may accept less than it was sent, but no other range: ECR always names the range of
 * the first chunk.
 */
const inside = (stored: number | undefined, from: number, to: number): number =>
  stored !== undefined && stored > from && stored <= to ? stored : to;

/** Asks the registry how much of the upload it has. */
async function progressOf(client: RegistryClient, location: URL, cause: unknown): Promise<Progress> {
  try {
    const answer = await client.send({ method: "GET", path: location, expect: [200, 202, 204] });
    discard(answer.body);
    const offset = storedBytes(answer) ?? 0;
    return {
      location: answer.header("location") === undefined ? location : uploadLocation(answer, client.purpose),
      offset,
    };
  } catch (error) {
    if (error instanceof RegistryRefusal) throw new UploadLost("the registry no longer knows the upload", { cause });
    throw error;
  }
}

async function commit(client: RegistryClient, location: URL, { digest }: Upload): Promise<void> {
  const url = new URL(location);
  url.searchParams.set("digest", digest);
  const answer = await client.send({ method: "PUT", path: url, expect: [201], headers: octets, once: true });
  discard(answer.body);
}
