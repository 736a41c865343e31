import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CnbError } from "../errors.ts";
import type { TarEntry } from "./entry.ts";
import { blockSize, encodeHeader, paddingOf } from "./header.ts";

/** Files up to this many bytes are read whole, together with their header; larger ones in pieces of this size. */
const chunkSize = 1024 * 1024;

/**
 * The bytes of a tar archive with these entries, in the order given.
 *
 * Byte for byte what Go's archive/tar writes for the same headers, so that diffIDs equal the official lifecycle's.
 * Files are read while the archive is written, at most 1 MiB of them in memory at a time.
 *
 * @throws CnbError FILE_CHANGED when a file has not the size its entry says, TAR_UNSUPPORTED for an impossible name.
 * @example `await pipeline(tarStream(entries), createWriteStream("layer.tar"))`
 */
export async function* tarStream(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const entry of entries) yield* memberBytes(entry);
  yield archiveEnd();
}

/** What ends an archive. */
export const archiveEnd = (): Uint8Array => Buffer.alloc(2 * blockSize);

/** The bytes of one member: header, content and padding. */
export function* memberBytes(entry: TarEntry): Generator<Uint8Array, void, undefined> {
  const header = encodeHeader(entry);
  if (entry.type !== "file") return void (yield header);
  if (!(entry.content instanceof Uint8Array)) return yield* fileMember(header, entry.content);
  const padding = Buffer.alloc(paddingOf(entry.content.length));
  if (entry.content.length <= chunkSize) return void (yield Buffer.concat([header, entry.content, padding]));
  yield header;
  yield entry.content;
  yield padding;
}

function* fileMember(header: Buffer, content: { readonly file: string; readonly size: number }) {
  const fd = openContent(content);
  try {
    // Small files, nearly all of a layer, cost one chunk.
    const first = Math.min(content.size, chunkSize);
    const padding = first === content.size ? paddingOf(content.size) : 0;
    const bytes = Buffer.alloc(header.length + first + padding);
    header.copy(bytes);
    fill(fd, bytes.subarray(header.length, header.length + first), content);
    yield bytes;
    if (first < content.size) yield* rest(fd, content);
  } finally {
    closeSync(fd);
  }
}

function* rest(fd: number, content: { readonly file: string; readonly size: number }) {
  for (let left = content.size - chunkSize; left > 0; left -= chunkSize) {
    const length = Math.min(left, chunkSize);
    const bytes = Buffer.alloc(length + (length === left ? paddingOf(content.size) : 0));
    fill(fd, bytes.subarray(0, length), content);
    yield bytes;
  }
}

function openContent({ file, size }: { readonly file: string; readonly size: number }): number {
  const fd = openSync(file, "r");
  const actual = fstatSync(fd).size;
  if (actual === size) return fd;
  closeSync(fd);
  throw changed(file, `it has ${actual} bytes, not ${size}`);
}

function fill(fd: number, target: Uint8Array, { file }: { readonly file: string }): void {
  for (let done = 0; done < target.length; ) {
    const count = readSync(fd, target, done, target.length - done, null);
    if (count === 0) throw changed(file, "it ended early");
    done += count;
  }
}

const changed = (file: string, how: string): CnbError =>
  new CnbError("FILE_CHANGED", `${file} changed while it was put into a layer: ${how}`, {
    hint: "Run the command again when nothing else writes there.",
  });
