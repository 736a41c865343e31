import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { RandomAccessReader } from "yauzl";

/** Random access to bytes: of a file, in memory, or in a part of other {@link Bytes}. */
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

const windowBytes = 256 * 1024;

/**
 * Provides `Bytes` to the library that reads zip files. The library reads the central directory in
 * tiny portions, which this class serves from a larger buffer.
 */
export class BytesReader extends RandomAccessReader {
  readonly #bytes: Bytes;
  #window: { readonly start: number; readonly data: Buffer } = { start: 0, data: Buffer.alloc(0) };

  constructor(bytes: Bytes) {
    super();
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.#bytes, start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#copy(buffer.subarray(offset, offset + length), position).then(
      (bytesRead) => process.nextTick(callback, null, bytesRead), // what the reader throws then is not a rejection
      (error: Error) => process.nextTick(callback, error),
    );
  }

  async #copy(target: Buffer, position: number): Promise<number> {
    const { start, data } = this.#window;
    const isPresent = position >= start && position + target.length <= start + data.length;
    if (!isPresent)
      this.#window = {
        start: position,
        data: await this.#bytes.read(position, Math.max(windowBytes, target.length)),
      };
    return this.#window.data.copy(target, 0, position - this.#window.start);
  }
}

async function* pieces(bytes: Bytes, start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
  for (let position = start; position < end; ) {
    const piece = await bytes.read(position, Math.min(windowBytes, end - position));
    if (piece.length === 0) return; // the file has become shorter: the zip reader notices
    yield piece;
    position += piece.length;
  }
}
