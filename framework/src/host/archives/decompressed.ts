import type { FileHandle } from "node:fs/promises";
import { PassThrough, pipeline, Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { ArchiveFormat } from "./archive-format.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** Returns the decompressed bytes of an archive. The file is not closed. */
export async function decompressed(file: FileHandle, format: ArchiveFormat): Promise<Readable> {
  const source = () => file.createReadStream({ start: 0, autoClose: false });
  if (format === "gzip") return piped(source(), createGunzip());
  if (format === "zstd") return Readable.from(zstdBytes(file), { objectMode: false });
  if (format === "bzip2") return bzip2(file);
  return format === "xz" ? xzBytes(source()) : source();
}

async function* zstdBytes(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { start, end } of await zstdFrames(file)) {
    yield* piped(Readable.from(bytesBetween(file, start, end), { objectMode: false }), createZstdDecompress());
  }
}

const chunkBytes = 64 * 1024;

// Not by a stream of the file for each of thousands of frames: all of them would listen to its end.
async function* bytesBetween(
  file: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let position = start; position < end; ) {
    const length = Math.min(chunkBytes, end - position);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    if (bytesRead === 0) return; // the decompressor misses it
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function bzip2(file: FileHandle): Promise<Readable> {
  const { bzip2Bytes } = await import("./bzip2.ts"); // loaded late: few archives are
  return Readable.from(bzip2Bytes(file), { objectMode: false });
}

async function xzBytes(source: Readable): Promise<Readable> {
  // loaded late: it brings 20 KB of WebAssembly, and most archives are not xz
  const { default: xz } = await import("xz-decompress");
  const web = new xz.XzReadableStream(Readable.toWeb(source) as ReadableStream<Uint8Array>);
  return piped(Readable.fromWeb(web as WebStream<Uint8Array>), new PassThrough());
}

// an error of the source comes out of the end of the pipe
function piped<Through extends Readable & NodeJS.WritableStream>(source: Readable, through: Through): Through {
  pipeline(source, through, () => {});
  return through;
}
