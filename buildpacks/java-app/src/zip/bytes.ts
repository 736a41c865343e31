import type { FileHandle } from "node:fs/promises";

/** Random access to bytes: those of a file, in memory, or a part of other `Bytes`. */
export interface Bytes {
  readonly size: number;
  /** Reads bytes from a position on: at most `length`, and fewer at the end. */
  read(position: number, length: number): Promise<Buffer>;
}

export const bytesOfFile = (file: FileHandle, size: number): Bytes => ({
  size,
  async read(position, length) {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return buffer.subarray(0, bytesRead);
  },
});

export const bytesInMemory = (buffer: Buffer): Bytes => ({
  size: buffer.length,
  read: async (position, length) => buffer.subarray(position, position + length),
});

export const partOf = (bytes: Bytes, start: number, size: number): Bytes => ({
  size,
  read: (position, length) => bytes.read(start + position, Math.max(0, Math.min(length, size - position))),
});
