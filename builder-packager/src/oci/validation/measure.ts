import { createHash } from "node:crypto";
import { CnbError, type CnbErrorCode } from "../../errors.ts";
import { type Compression, decompress, sniffCompression } from "../../tar/compression.ts";
import type { Digest } from "../model/digest.ts";

/** The measured digest, size and compression of a blob. */
export interface BlobMeasurement {
  readonly digest: Digest;
  readonly size: number;
  /** The compression, as detected from the first bytes. */
  readonly compression: Compression;
}

/** Measures the bytes of a stream while they pass through. */
export interface Meter {
  pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined>;
  /** Returns the measurements after all bytes have passed. */
  result(): BlobMeasurement;
}

export function meter(): Meter {
  const hash = createHash("sha256");
  let size = 0;
  let start = Buffer.alloc(0);
  return {
    async *pass(source) {
      for await (const chunk of source) {
        if (start.length < 6) start = Buffer.concat([start, chunk.subarray(0, 6)]);
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    result: () => ({ digest: `sha256:${hash.digest("hex")}`, size, compression: sniffCompression(start) }),
  };
}

export async function measure(source: AsyncIterable<Uint8Array>): Promise<BlobMeasurement> {
  const { pass, result } = meter();
  for await (const _ of pass(source));
  return result();
}

/** Measures a blob and the tar in it, reading the blob only once unless it is damaged. */
export async function measureLayer(
  open: () => AsyncIterable<Uint8Array>,
): Promise<{ readonly blob: BlobMeasurement; readonly tar: BlobMeasurement | CnbError }> {
  const blob = meter();
  try {
    const tar = await measure(decompress(blob.pass(open())));
    return { blob: blob.result(), tar };
  } catch (error) {
    if (!(error instanceof CnbError) || error.code !== "TAR_INVALID") throw error;
    return { blob: await measure(open()), tar: error };
  }
}

const aboutImages: readonly CnbErrorCode[] = [
  "BLOB_CORRUPT",
  "IMAGE_INVALID",
  "TAR_INVALID",
  "TAR_UNSUPPORTED",
  "TAR_TOO_LARGE",
];

/**
 * Returns the issues found by `work`. If `work` throws an error about the image, the error is
 * returned as an issue. An unreachable registry is not an issue.
 *
 * @param more further error codes that are issues here, such as IMAGE_NOT_FOUND for content that
 * another document refers to
 */
export async function issuesOf(
  work: () => Promise<readonly string[]>,
  more: readonly CnbErrorCode[] = [],
): Promise<readonly string[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CnbError && [...aboutImages, ...more].includes(error.code)) return [error.message];
    throw error;
  }
}

export const mismatch = (what: string, stated: string | number | undefined, actual: string | number): string[] =>
  stated === actual ? [] : [`${what} is stated as ${stated ?? "nothing"} but is ${actual}`];

export const within = (where: string, issues: readonly string[]): string[] =>
  issues.map((issue) => `${where}: ${issue}`);
