import type { FileHandle } from "node:fs/promises";
import { Interrupted } from "./retry.ts";

/** Where a frame's bytes are in its file. */
export interface ZstdFrame {
  readonly start: number;
  /** The first byte that is not the frame's. */
  readonly end: number;
}

const frameMagic = 0xfd2fb528;
/** Sixteen of them; the last four bits are free. */
const skippableMagic = 0x184d2a50;

/**
 * The frames of a zstd file. Node's decompressor (24.21) stops silently behind the first one, while pzstd and others write many (RFC 8878,
 * section 3.1): each needs a decompressor of its own. Frames that are to be skipped are left out.
 */
export async function* zstdFrames(file: FileHandle): AsyncGenerator<ZstdFrame, void, undefined> {
  const { size } = await file.stat();
  for (let start = 0; start < size; ) {
    const magic = (await bytesAt(file, start, 4)).readUInt32LE();
    const skipped = (magic & 0xfffffff0) === skippableMagic;
    if (!skipped && magic !== frameMagic) throw new Error("something else follows a zstd frame");
    const end = skipped ? start + 8 + (await bytesAt(file, start + 4, 4)).readUInt32LE() : await frameEnd(file, start);
    if (end > size) throw new Interrupted("the zstd data ends early");
    if (!skipped) yield { start, end };
    start = end;
  }
}

async function frameEnd(file: FileHandle, start: number): Promise<number> {
  const descriptor = (await bytesAt(file, start + 4, 1)).readUInt8();
  let position = start + 5 + headerRest(descriptor);
  for (let last = false; !last; ) {
    const block = (await bytesAt(file, position, 3)).readUIntLE(0, 3);
    last = (block & 1) === 1;
    const repeated = ((block >> 1) & 3) === 1; // one byte stands for the whole block
    position += 3 + (repeated ? 1 : block >> 3);
  }
  return position + ((descriptor & 0x04) === 0 ? 0 : 4); // checksum
}

/** Bytes of a frame's header behind its descriptor: window, dictionary, content size. */
function headerRest(descriptor: number): number {
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (single ? 0 : 1) + dictionary + contentSize;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Interrupted("the zstd data ends early");
  return buffer;
}
