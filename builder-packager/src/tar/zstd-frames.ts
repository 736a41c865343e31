import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type ByteReader, StreamReader } from "./byte-reader.ts";

const frameMagic = 0xfd2fb528;
/** The magic number of skippable frames, whose lowest four bits are arbitrary. */
const skippableMagic = 0x184d2a50;
/** The approximate size of yielded chunks. */
const pieceBytes = 256 * 1024;
/**
 * The minimal average size of frames, if there are many. Each frame costs a call of the
 * decompressor, about 60 µs. zstd:chunked has one frame per file.
 */
const averageBytes = 64;

/**
 * Splits a zstd stream so that no chunk contains parts of two frames, and drops skippable frames.
 *
 * Node's decompressor (24.21) silently drops data that follows the end of a frame in the same
 * chunk. Archives written by pzstd and zstd:chunked layers have many frames (RFC 8878, section
 * 3.1).
 */
export async function* zstdFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of source) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const reader = new StreamReader(counted(), truncated);
  let complete = false;
  let frames = 0;
  try {
    for (let magic = await reader.read(4); magic !== undefined; magic = await reader.read(4)) {
      if (++frames > limits.zstdFrames.most && frames * averageBytes > bytes) throw tooManyFrames();
      const number = magic.readUInt32LE();
      if (number === frameMagic) yield* collected(framePieces(reader, magic));
      else if ((number & 0xfffffff0) === skippableMagic) await reader.skip((await required(reader, 4)).readUInt32LE());
      else
        throw new CnbError(
          "TAR_INVALID",
          "the zstd data of the archive or layer is damaged or truncated: something other than a frame follows a frame",
        );
    }
    complete = true;
  } finally {
    if (!complete) await reader.close();
  }
}

async function* framePieces(reader: ByteReader, magic: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  const descriptor = await required(reader, 1);
  const flags = descriptor.readUInt8();
  yield Buffer.concat([magic, descriptor, await required(reader, headerRest(flags))]);
  for (let last = false; !last; ) {
    const block = await required(reader, 3);
    const bits = block.readUIntLE(0, 3);
    last = (bits & 1) === 1;
    const repeated = ((bits >> 1) & 3) === 1; // one byte represents the whole block
    yield block;
    yield* reader.chunks(repeated ? 1 : bits >> 3);
  }
  if ((flags & 0x04) !== 0) yield await required(reader, 4); // checksum
}

/** The size of a frame's header after its descriptor: window, dictionary and content size. */
function headerRest(flags: number): number {
  const single = (flags & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  return (single ? 0 : 1) + dictionary + contentSize;
}

async function* collected(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    parts.push(piece);
    size += piece.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(parts);
    [parts, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(parts);
}

async function required(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = length === 0 ? Buffer.alloc(0) : await reader.read(length);
  if (bytes === undefined) throw truncated();
  return bytes;
}

const tooManyFrames = (): CnbError =>
  new CnbError(
    "TAR_TOO_LARGE",
    `the zstd data of the archive or layer has more than ${limits.zstdFrames.most} frames of fewer than ${averageBytes} bytes`,
    { hint: "Compress the archive again, with gzip or the command zstd." },
  );

const truncated = (): CnbError =>
  new CnbError("TAR_INVALID", "the zstd data of the archive or layer is damaged or truncated");
