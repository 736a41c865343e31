import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CnbError } from "../errors.ts";
import { onDisk } from "../files/file-name.ts";
import { turns } from "../turns.ts";
import type { TarEntry } from "./entry.ts";
import { blockSize, encodeHeader, paddingOf } from "./header.ts";

/** The size of a block that is read and passed on. Compressors process as much at a time. */
const blockBytes = 1024 * 1024;

/**
 * Writes a tar archive with these entries in the given order, in blocks of 1 MiB.
 *
 * For the same headers, the archive is byte-identical to an archive that Go's archive/tar writes,
 * so that diff IDs are equal to those that the lifecycle computes. Files are read while the archive
 * is written, directly into the output block.
 *
 * @throws CnbError FILE_CHANGED if a file's size differs from that of its entry, TAR_UNSUPPORTED
 * for an impossible name.
 * @example `await pipeline(tarStream(entries), createWriteStream("layer.tar"))`
 */
export async function* tarStream(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const blocks = new Blocks();
  const turn = turns(signal); // a consumer that only hashes the data waits for nothing
  for await (const entry of entries) {
    await turn();
    for (const part of member(entry, blocks)) {
      await turn();
      yield part;
    }
  }
  yield* blocks.put(archiveEnd());
  yield* blocks.rest();
}

/** Returns the two zero blocks that end an archive. */
export const archiveEnd = (): Uint8Array => Buffer.alloc(2 * blockSize);

/** Yields the bytes of one member: header, content and padding. */
export function* memberBytes(entry: TarEntry): Generator<Uint8Array, void, undefined> {
  const blocks = new Blocks();
  yield* member(entry, blocks);
  yield* blocks.rest();
}

function* member(entry: TarEntry, blocks: Blocks): Generator<Uint8Array, void, undefined> {
  yield* blocks.put(encodeHeader(entry));
  if (entry.type !== "file") return;
  const { content } = entry;
  if (content instanceof Uint8Array) yield* blocks.put(content);
  else yield* fileBytes(content, blocks);
  yield* blocks.put(zeros.subarray(0, paddingOf(content instanceof Uint8Array ? content.length : content.size)));
}

const zeros = Buffer.alloc(blockSize);

function* fileBytes(content: { readonly file: string; readonly size: number }, blocks: Blocks) {
  const fd = openContent(content);
  try {
    yield* blocks.fill(content.size, (target) => fill(fd, target, content));
  } finally {
    closeSync(fd);
  }
}

/** Collects bytes into blocks, and yields each block when it is full. */
class Blocks {
  #block = Buffer.allocUnsafeSlow(blockBytes);
  #filled = 0;

  put(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    let at = 0;
    return this.fill(bytes.length, (target) => {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
    });
  }

  /** Calls `write` to fill `length` bytes, in parts. */
  *fill(length: number, write: (target: Uint8Array) => void): Generator<Uint8Array, void, undefined> {
    for (let left = length; left > 0; ) {
      const target = this.#block.subarray(this.#filled, this.#filled + left);
      write(target);
      left -= target.length;
      this.#filled += target.length;
      if (this.#filled < blockBytes) continue;
      yield this.#block;
      [this.#block, this.#filled] = [Buffer.allocUnsafeSlow(blockBytes), 0];
    }
  }

  *rest(): Generator<Uint8Array, void, undefined> {
    if (this.#filled > 0) yield this.#block.subarray(0, this.#filled);
  }
}

function openContent({ file, size }: { readonly file: string; readonly size: number }): number {
  const fd = opened(file);
  const actual = fstatSync(fd).size;
  if (actual === size) return fd;
  closeSync(fd);
  throw changed(file, `it has ${actual} bytes, not ${size}`);
}

function opened(file: string): number {
  try {
    return openSync(onDisk(file), "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw changed(file, "it was removed");
    throw error;
  }
}

function fill(fd: number, target: Uint8Array, { file }: { readonly file: string }): void {
  for (let done = 0; done < target.length; ) {
    const count = readSync(fd, target, done, target.length - done, null);
    if (count === 0) throw changed(file, "it became shorter");
    done += count;
  }
}

const changed = (file: string, how: string): CnbError =>
  new CnbError("FILE_CHANGED", `${file} changed while it was written to a layer: ${how}`, {
    hint: "Run the command again when nothing else writes to this file.",
  });
