import type { FileHandle } from "node:fs/promises";
import { BitReader } from "./bit-reader.ts";
import { type Block, readBlock } from "./bzip2-block.ts";

const blockMark = 0x314159265359; // the digits of pi
const endMark = 0x177245385090; // and of its square root
const chunkBytes = 64 * 1024;

/**
 * Decompresses bzip2. Files with several streams, as pbzip2 writes them, are supported. Checksums
 * are verified.
 */
export async function* bzip2Bytes(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new BitReader(file);
  do yield* streamBytes(input);
  while (!input.ended());
}

function* streamBytes(input: BitReader): Generator<Uint8Array, void, undefined> {
  const [mark, level] = [input.bits(24), input.bits(8) - 0x30];
  if (mark !== 0x425a68 || level < 1 || level > 9) throw new Error("the data does not begin with a bzip2 header");
  let whole = 0;
  for (;;) {
    const next = input.bits(24) * 2 ** 24 + input.bits(24);
    const checksum = (input.bits(16) << 16) | input.bits(16);
    if (next === endMark) {
      if (checksum !== whole) throw new Error("the checksum of the bzip2 stream is wrong");
      return input.align();
    }
    if (next !== blockMark)
      throw new Error("the bzip2 data contains neither a block nor the end of the stream where one is expected");
    yield* blockBytes(readBlock(input, level * 100_000), checksum);
    whole = ((whole << 1) | (whole >>> 31)) ^ checksum;
  }
}

/** Decodes the bytes of a block in order; four equal bytes are followed by the number of repetitions. */
function* blockBytes({ links, start }: Block, checksum: number): Generator<Uint8Array, void, undefined> {
  let chunk = new Uint8Array(chunkBytes);
  let [length, crc, equal, last] = [0, -1, 0, -1];
  let link = links[start] ?? 0;
  for (let left = links.length; left > 0; left--) {
    link = links[link >>> 8] ?? 0;
    const byte = link & 0xff;
    const isCount = equal === 4;
    const value = isCount ? last : byte;
    const run = byte === last ? equal + 1 : 1;
    equal = isCount ? 0 : run;
    last = isCount ? -1 : byte;
    for (let times = isCount ? byte : 1; times > 0; times--) {
      chunk[length++] = value;
      crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ value] ?? 0);
    }
    // the longest run still fits
    if (length > chunkBytes - 256) {
      yield chunk.subarray(0, length);
      [chunk, length] = [new Uint8Array(chunkBytes), 0];
    }
  }
  yield chunk.subarray(0, length);
  if (~crc !== checksum) throw new Error("the checksum of a bzip2 block is wrong");
}

// CRC-32 with the highest bit first, other than that of gzip and zip
const crcTable = Int32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});
