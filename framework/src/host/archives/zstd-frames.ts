import type { FileHandle } from "node:fs/promises";
import { Interrupted } from "../downloads/retry.ts";

/** The position of a zstd frame in a file. */
export interface ZstdFrame {
  readonly start: number;
  /** The offset after the frame's last byte. */
  readonly end: number;
}

/**
 * The limit of frames, because each needs a decompressor: a small file with more of them than any
 * tool writes would take hours.
 */
const maxFrames = 50_000;
const windowBytes = 4096;

const frameMagic = 0xfd2fb528;
/** Sixteen values; the last four bits are free. */
const skippableMagic = 0x184d2a50;

/**
 * Returns the frames of a zstd file, without skippable frames. Each frame needs its own
 * decompressor, because Node's decompressor (24.21) silently stops after the first frame. pzstd and
 * other tools write many frames (RFC 8878, section 3.1).
 */
export async function zstdFrames(file: FileHandle): Promise<readonly ZstdFrame[]> {
  const { size } = await file.stat();
  const bytesAt = reader(file);
  const frames: ZstdFrame[] = [];
  for (let start = 0; start < size; ) {
    const magic = (await bytesAt(start, 4)).readUInt32LE();
    const skipped = (magic & 0xfffffff0) === skippableMagic;
    if (!skipped && magic !== frameMagic)
      throw new Error("the zstd data is damaged: something other than a frame follows a frame");
    const end = skipped ? start + 8 + (await bytesAt(start + 4, 4)).readUInt32LE() : await frameEnd(bytesAt, start);
    if (end > size) throw new Interrupted("the zstd data is truncated");
    if (!skipped) frames.push({ start, end });
    if (frames.length > maxFrames) throw new Error(`the zstd data has more than ${maxFrames} frames`);
    start = end;
  }
  return frames;
}

type BytesAt = (position: number, length: number) => Promise<Buffer>;

async function frameEnd(bytesAt: BytesAt, start: number): Promise<number> {
  const descriptor = (await bytesAt(start + 4, 1)).readUInt8();
  let position = start + 5 + headerRest(descriptor);
  for (let last = false; !last; ) {
    const block = (await bytesAt(position, 3)).readUIntLE(0, 3);
    last = (block & 1) === 1;
    const repeated = ((block >> 1) & 3) === 1; // one byte represents the whole block
    position += 3 + (repeated ? 1 : block >> 3);
  }
  return position + ((descriptor & 0x04) === 0 ? 0 : 4); // checksum
}

/** The size of a frame's header after its descriptor: window, dictionary, content size. */
function headerRest(descriptor: number): number {
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (single ? 0 : 1) + dictionary + contentSize;
}

/** Reads a file part by part, because frames and blocks may be a few bytes long. */
function reader(file: FileHandle): BytesAt {
  let window = { start: 0, bytes: Buffer.alloc(0) };
  return async (position, length) => {
    const offset = position - window.start;
    if (offset < 0 || offset + length > window.bytes.length) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(windowBytes), 0, windowBytes, position);
      if (bytesRead < length) throw new Interrupted("the zstd data is truncated");
      window = { start: position, bytes: buffer.subarray(0, bytesRead) };
    }
    return window.bytes.subarray(position - window.start, position - window.start + length);
  };
}
