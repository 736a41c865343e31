import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { CnbError } from "../../errors.ts";
import type { Digest } from "../model/digest.ts";

/** The expected properties of a blob, and its location for errors. */
export interface ExpectedBlob {
  readonly digest: Digest;
  /** The expected size in bytes; the size is not checked if absent. */
  readonly size?: number;
  /** The location of the blob for errors, for example `/tmp/app/blobs/sha256/…`. */
  readonly where: string;
}

/**
 * Passes a blob through and checks that it is the expected one.
 *
 * @throws CnbError BLOB_CORRUPT at the end of the stream, or as soon as the blob exceeds its size.
 */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  expected: ExpectedBlob,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (expected.size !== undefined && size > expected.size)
      throw corrupt(expected, `it is longer than ${expected.size} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  if (expected.size !== undefined && size !== expected.size)
    throw corrupt(expected, `it has ${size} bytes, not ${expected.size}`);
  const digest = `sha256:${hash.digest("hex")}`;
  if (digest !== expected.digest) throw corrupt(expected, `its digest is ${digest}`);
}

/** Reads a whole blob into memory and verifies it. */
export const verifiedBytes = (source: AsyncIterable<Uint8Array>, expected: ExpectedBlob): Promise<Buffer> =>
  buffer(verified(source, expected));

function corrupt({ digest, where }: ExpectedBlob, how: string): CnbError {
  return new CnbError("BLOB_CORRUPT", `blob ${digest} in ${where} is damaged: ${how}`, {
    hint: "Remove the damaged image, and copy or build the image again.",
  });
}
