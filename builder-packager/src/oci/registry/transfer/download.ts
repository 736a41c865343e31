import { CnbError } from "../../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import { failure } from "../auth/ping.ts";
import type { Reader } from "../reader.ts";
import { isTransient } from "../transport/retry.ts";
import { flowing, shouldWaitAgain } from "../transport/time-limits.ts";
import type { HttpResponse } from "../transport/transport.ts";

/** A download that comes so much further was worth its attempt. */
const progressBytes = 1024 * 1024;

/** Streams a blob, resuming after connection failures. The content is not verified. */
export async function* download(
  reader: Reader,
  { digest, size }: { readonly digest: Digest; readonly size: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  for (let attempt = 1, before = 0; ; attempt++, before = received) {
    const response = await reader.from(({ send }) => send(partRequest(digest, received, size)));
    try {
      for await (const part of partsFrom(response, received, reader)) {
        received += part.length;
        yield part;
      }
      // A connection that ends with its body may have ended too early.
      if (received >= size) return;
      throw truncated(received, size);
    } catch (error) {
      if (received - before >= progressBytes) attempt = 1;
      if (!isTransient(error) && !shouldWaitAgain(error, attempt)) throw failure(reader, error);
      if (attempt > 1 && reader.distrust()) continue; // a mirror that breaks again and again
      if (!(await reader.pause(attempt))) throw failure(reader, error);
    }
  }
}

const partRequest = (digest: Digest, received: number, size: number) => ({
  method: "GET" as const,
  path: `blobs/${digest}`,
  isBlob: true,
  expectedBytes: size - received,
  expect: [200, 206],
  headers: received > 0 ? { range: `bytes=${received}-` } : {},
});

/**
 * Returns the bytes of a response after the bytes received so far. A registry that does not support
 * ranges sends the blob from its beginning.
 */
async function* partsFrom(
  response: HttpResponse,
  received: number,
  { options, purpose }: Reader,
): AsyncGenerator<Uint8Array, void, undefined> {
  let skip = received - startOf(response, received);
  if (skip < 0) {
    response.body.destroy();
    throw new CnbError(
      "REGISTRY_FAILED",
      `cannot ${purpose}: ${response.url.host} sent a range of the blob that was not the requested one`,
    );
  }
  for await (const chunk of flowing(response.body, response.url.host, options)) {
    const part = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - part.length;
    if (part.length > 0) yield part;
  }
}

function startOf(response: HttpResponse, asked: number): number {
  if (response.status === 200) return 0;
  const start = /^bytes (\d+)-/.exec(response.header("content-range") ?? "")?.[1];
  return start === undefined ? asked : Number(start);
}

const truncated = (received: number, size: number): Error =>
  Object.assign(new Error(`the server closed the connection after ${received} of ${size} bytes`), {
    code: "ERR_STREAM_PREMATURE_CLOSE",
  });
