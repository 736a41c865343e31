import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { limits } from "../../../limits.ts";

/** No error message of a registry is longer; a hostile one would fill the memory. */
const maxWordsBytes = limits.registryWords.most;

/**
 * Discards the rest of a response, so that its connection can be reused. If the rest is long, the
 * connection is closed instead. Does not block.
 */
export function discard(body: Readable & { readonly socket?: Socket }): void {
  let left = maxWordsBytes;
  body.socket?.unref(); // an agent holds the process again when it uses the connection
  body.on("error", () => undefined);
  body.on("data", (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) body.destroy();
  });
}

/**
 * Returns the beginning of a response's text. Errors of reading are ignored, because the status is
 * already known.
 */
export async function wordsOf(body: Readable): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      parts.push(chunk);
      size += chunk.length;
      if (size > maxWordsBytes) break;
    }
  } catch {
    // A broken connection ends the words.
  }
  return Buffer.concat(parts).subarray(0, maxWordsBytes).toString();
}

/**
 * Reads a stream of limited size into memory.
 *
 * @param tooLarge creates the error for a stream with more than `most` bytes
 */
export async function bytesOf(stream: AsyncIterable<Uint8Array>, most: number, tooLarge: () => Error): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > most) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Creates a body from bytes in memory. The body can be opened repeatedly. */
export const bytesBody = (bytes: Uint8Array) => ({
  size: bytes.length,
  open: async function* () {
    yield bytes;
  },
});
