import { availableParallelism } from "node:os";

/** A part of a stream that is compressed separately. */
export interface Block {
  readonly bytes: Uint8Array;
  /** The preceding block; undefined for the first block. */
  readonly previous: Uint8Array | undefined;
  readonly last: boolean;
}

/** Cuts a stream into blocks of this size. One is held back until it is known whether another follows. */
async function* blocksOf(
  source: AsyncIterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Block, void, undefined> {
  let [block, filled]: [Uint8Array, number] = [new Uint8Array(), 0];
  let previous: Uint8Array | undefined;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === blockBytes) {
        yield { bytes: block, previous, last: false };
        [previous, filled] = [block, 0];
      }
      const part = chunk.subarray(at, at + blockBytes - filled);
      // Parts that are whole blocks, as tar produces them, are not copied.
      if (part.length === blockBytes) block = part;
      else if (filled === 0) block = Buffer.allocUnsafeSlow(blockBytes);
      if (block !== part) block.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  yield { bytes: block.subarray(0, filled), previous, last: true };
}

/**
 * Compresses a stream block by block, several at once on the threads of the I/O pool, and returns
 * the results in order. Only a few blocks are in memory at a time.
 */
export async function* compressedBlocks(
  source: AsyncIterable<Uint8Array>,
  blockBytes: number,
  compress: (block: Block) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pending: Promise<Uint8Array>[] = [];
  const bound = availableParallelism() + 1;
  try {
    for await (const block of blocksOf(source, blockBytes)) {
      const compressed = compress(block);
      compressed.catch(() => undefined); // reported where it is awaited
      pending.push(compressed);
      if (pending.length >= bound) yield await (pending.shift() as Promise<Uint8Array>);
    }
    for (const compressed of pending.splice(0)) yield await compressed;
  } finally {
    await Promise.allSettled(pending);
  }
}
