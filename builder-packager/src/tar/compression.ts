import { createRequire } from "node:module";
import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ReadableStream } from "node:stream/web";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import { turns } from "../turns.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** The compression format of a stream. */
export type Compression = "gzip" | "zstd" | "xz" | "none";

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  // Layers in the form zstd:chunked may begin with a skippable frame.
  ...Array.from({ length: 16 }, (_, low) => ["zstd", [0x50 + low, 0x2a, 0x4d, 0x18]] as const),
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];
const longestMagic = 6;
const outputChunk = 256 * 1024;
/**
 * The uncompressed size up to which any compression ratio is accepted, because an app may contain a
 * file of zeros.
 */
const freeBytes = 512 * 1024 ** 2;

/**
 * Loads node:zlib only when a layer is read: that takes longer than loading everything that a
 * rebase needs.
 */
const zlib = (): typeof import("node:zlib") => process.getBuiltinModule("node:zlib");

/** Detects the compression from the first bytes of a stream. */
export const sniffCompression = (start: Uint8Array): Compression =>
  magics.find(([, magic]) => magic.every((byte, index) => start[index] === byte))?.[0] ?? "none";

/**
 * Decompresses a stream of gzip, zstd or xz. The compression is detected from the first bytes;
 * other streams are passed through.
 *
 * @throws CnbError TAR_INVALID if the compressed data is damaged or truncated; TAR_TOO_LARGE for a
 * decompression bomb.
 * @example `for await (const chunk of decompress(createReadStream("node.tar.xz"))) …`
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, whole } = await peek(source);
  const compression = sniffCompression(start);
  if (compression === "none") yield* whole;
  else {
    const read = { bytes: 0 };
    yield* bounded(unpacked(counted(whole, read), compression), read, compression);
  }
}

function unpacked(source: AsyncIterable<Uint8Array>, compression: Exclude<Compression, "none">) {
  if (compression === "gzip") return through(zlib().createGunzip({ chunkSize: outputChunk }), source, compression);
  if (compression === "xz") return unxz(source);
  return through(zstdDecompressor(), zstdFrames(source), compression);
}

function zstdDecompressor(): Transform {
  const { createZstdDecompress, constants } = zlib();
  const params = { [constants.ZSTD_d_windowLogMax]: Math.log2(limits.zstdWindow.most) };
  return createZstdDecompress({ chunkSize: outputChunk, params });
}

interface Count {
  bytes: number;
}

async function* counted(source: AsyncIterable<Uint8Array>, count: Count): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    count.bytes += chunk.length;
    yield chunk;
  }
}

/**
 * Limits the compression ratio: 1 MB of zstd data can be 30 GB of zeros. It also yields for timers,
 * because xz is decompressed on this thread.
 */
async function* bounded(source: AsyncIterable<Uint8Array>, read: Count, compression: Compression) {
  const turn = turns();
  let bytes = 0;
  for await (const chunk of source) {
    await turn();
    bytes += chunk.length;
    if (bytes > freeBytes && bytes > limits.expansion.most * read.bytes)
      throw new CnbError(
        "TAR_TOO_LARGE",
        `the ${compression} data of the archive or layer grows more than ${limits.expansion.most} times when unpacked`,
        { hint: "Do not use the archive or image: it may be a decompression bomb. Report it to its publisher." },
      );
    yield chunk;
  }
}

async function peek(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  let start = new Uint8Array(0);
  while (start.length < longestMagic) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    start = start.length === 0 ? new Uint8Array(value) : Buffer.concat([start, value]);
  }
  return { start, whole: whole(start, chunks) };
}

async function* whole(
  start: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ended = false;
  try {
    if (start.length > 0) yield start;
    for (;;) {
      const { done, value } = await chunks.next();
      ended = done === true;
      if (ended) return;
      yield value;
    }
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    if (!ended) await chunks.return?.();
  }
}

async function* through(transform: Transform, source: AsyncIterable<Uint8Array>, compression: Compression) {
  const finished = pipeline(source, transform).catch((error: unknown) => error);
  try {
    yield* transform as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw damaged(error, compression);
  }
  const error = await finished;
  if (error !== undefined) throw damaged(error, compression);
}

async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  // A CommonJS bundle whose names Node.js cannot see: `import` gives them under vitest only.
  const { XzReadableStream } = createRequire(import.meta.url)("xz-decompress") as typeof import("xz-decompress");
  const reader = new XzReadableStream(ReadableStream.from(source)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw damaged(error, "xz");
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Replaces the decompressor's own errors, which do not name the data. Errors of the source are
 * unchanged.
 */
function damaged(error: unknown, compression: Compression): unknown {
  const own =
    compression === "xz" ||
    (error instanceof Error && "code" in error && /^(Z_|ZSTD_|ERR_ZSTD)/.test(String(error.code)));
  if (!own || error instanceof CnbError) return error;
  return new CnbError("TAR_INVALID", `the ${compression} data of the archive or layer is damaged or truncated`, {
    cause: error,
  });
}
