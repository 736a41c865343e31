import { promisify } from "node:util";
import { constants, crc32, deflateRaw } from "node:zlib";
import { defined } from "../../defined.ts";
import { compressedBlocks } from "./blocks.ts";

/** One deflate block. Fixed, so that the bytes do not depend on the number of processors. */
const blockBytes = 1024 * 1024;
/** The window size of deflate in bytes. */
const windowBytes = 32 * 1024;
const outputChunk = 512 * 1024;
/** More memory makes the fastest level a tenth faster; the others keep zlib's usual amount, and so their bytes. */
const memLevelOf = (level: number): number => (level === 1 ? 9 : 8);
/** No name, no time, operating system unknown: nothing that differs between machines. */
const header = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

const deflate = promisify(deflateRaw) as (
  bytes: Uint8Array,
  options: { level: number; memLevel: number; chunkSize: number; finishFlush: number; dictionary?: Uint8Array },
) => Promise<Uint8Array>;

/**
 * Compresses with gzip, several 1 MiB blocks at a time on the threads of the I/O pool.
 *
 * The dictionary of each block is the last 32 KiB of the block before it, so that the result is
 * hardly larger than one long stream. The result only depends on the bytes, the level and Node's
 * zlib. A few blocks are in memory at a time.
 *
 * @example `await pipeline(gzip(tarStream(entries)), createWriteStream("layer.tar.gz"))`
 */
export async function* gzip(source: AsyncIterable<Uint8Array>, level = 6): AsyncGenerator<Uint8Array, void, undefined> {
  let trailer = { crc: 0, size: 0 };
  yield header;
  yield* compressedBlocks(source, blockBytes, ({ bytes, previous, last }) => {
    trailer = { crc: crc32(bytes, trailer.crc), size: trailer.size + bytes.length };
    return deflate(bytes, {
      level,
      memLevel: memLevelOf(level),
      chunkSize: outputChunk,
      finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      ...defined({ dictionary: previous?.subarray(blockBytes - windowBytes) }),
    });
  });
  yield trailerBytes(trailer);
}

function trailerBytes({ crc, size }: { readonly crc: number; readonly size: number }): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
