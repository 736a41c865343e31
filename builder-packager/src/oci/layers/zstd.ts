import { promisify } from "node:util";
import { constants, type ZstdOptions, zstdCompress } from "node:zlib";
import { compressedBlocks } from "./blocks.ts";

/** One frame. Fixed, so that the bytes do not depend on the number of processors; larger ones compress little better. */
const frameBytes = 4 * 1024 * 1024;
const outputChunk = 1024 * 1024;

const compress = promisify(zstdCompress) as (bytes: Uint8Array, options: ZstdOptions) => Promise<Uint8Array>;

/**
 * Compresses with zstd into frames of 4 MiB each, several at a time on the threads of the I/O pool.
 * A sequence of frames is a valid zstd file (RFC 8878), which all readers of layers support.
 *
 * The result only depends on the bytes, the level and Node's libzstd. A few frames are in memory at
 * a time.
 *
 * @param level 1 to 22. @default 3
 * @example `await pipeline(zstd(tarStream(entries)), createWriteStream("layer.tar.zst"))`
 */
export const zstd = (source: AsyncIterable<Uint8Array>, level = 3): AsyncGenerator<Uint8Array, void, undefined> =>
  compressedBlocks(source, frameBytes, ({ bytes }) => compress(bytes, optionsFor(level)));

const optionsFor = (level: number): ZstdOptions => ({
  chunkSize: outputChunk,
  params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
});
