import type { RegistryClient } from "../client.ts";
import { RegistryRefusal } from "../errors.ts";
import { discard } from "../transport/body.ts";
import { isRetryable } from "../transport/retry.ts";
import type { HttpResponse } from "../transport/transport.ts";
import type { Upload } from "./blob.ts";
import { type Seekable, seekable } from "./seekable.ts";
import { octets, storedBytes, uploadLocation } from "./upload-location.ts";

/** An upload that the registry no longer knows after an interruption, which is the cause. */
export class UploadLost extends Error {}

interface Chunks {
  readonly what: string;
  readonly chunkSize: number;
}

/** How far an upload is, and where it goes on. */
interface Progress {
  readonly location: URL;
  readonly offset: number;
}

/**
 * Sends a blob in several requests. After an interruption the registry is asked for its offset, and
 * the rest is sent.
 *
 * @throws UploadLost, RegistryRefusal.
 */
export async function sendInChunks(
  client: RegistryClient,
  session: HttpResponse,
  blob: Upload,
  { what, chunkSize }: Chunks,
): Promise<void> {
  const size = Math.max(chunkSize, Number(session.header("oci-chunk-min-length")) || 0);
  const bytes = seekable(() => blob.open());
  let progress: Progress = { location: uploadLocation(session, what), offset: 0 };
  try {
    for (let attempt = 1; progress.offset < blob.size; attempt++) {
      const before = progress.offset;
      progress = await sendChunk(client, bytes, progress, { what, end: Math.min(before + size, blob.size), attempt });
      if (progress.offset > before) attempt = 0;
    }
  } finally {
    await bytes.close();
  }
  await commit(client, progress.location, blob, what);
}

async function sendChunk(
  client: RegistryClient,
  bytes: Seekable,
  { location, offset }: Progress,
  { what, end, attempt }: { readonly what: string; readonly end: number; readonly attempt: number },
): Promise<Progress> {
  try {
    const answer = await client.send({
      method: "PATCH",
      path: location,
      what,
      expect: [202, 204], // the second is what go-containerregistry's registry answers
      once: true,
      headers: { ...octets, "content-range": `${offset}-${end - 1}` },
      body: { size: end - offset, open: () => bytes.range(offset, end) },
    });
    discard(answer.body);
    return { location: uploadLocation(answer, what), offset: inside(storedBytes(answer), offset, end) };
  } catch (error) {
    if (!isRetryable(error) && !isWrongOffset(error)) throw error;
    const retryAfter = error instanceof RegistryRefusal ? error.retryAfter : undefined;
    if (!(await client.pause(attempt, retryAfter))) throw error;
    const progress = await progressOf(client, location, what, error);
    // The place was right: that is how GitHub's registry says that the chunk is too large.
    if (isWrongOffset(error) && progress.offset === offset) throw error;
    return progress;
  }
}

const isWrongOffset = (error: unknown): boolean => error instanceof RegistryRefusal && error.status === 416;

/** A registry may take less than it was sent, but nothing else: ECR names the range of the first chunk for ever. */
const inside = (stored: number | undefined, from: number, to: number): number =>
  stored !== undefined && stored > from && stored <= to ? stored : to;

/** Asks the registry how much of the upload it has. */
async function progressOf(client: RegistryClient, location: URL, what: string, cause: unknown): Promise<Progress> {
  try {
    const answer = await client.send({ method: "GET", path: location, what, expect: [200, 202, 204] });
    discard(answer.body);
    const offset = storedBytes(answer) ?? 0;
    return { location: answer.header("location") === undefined ? location : uploadLocation(answer, what), offset };
  } catch (error) {
    if (error instanceof RegistryRefusal) throw new UploadLost("the upload is lost", { cause });
    throw error;
  }
}

async function commit(client: RegistryClient, location: URL, { digest }: Upload, what: string): Promise<void> {
  const url = new URL(location);
  url.searchParams.set("digest", digest);
  const answer = await client.send({ method: "PUT", path: url, what, expect: [201], headers: octets, once: true });
  discard(answer.body);
}
