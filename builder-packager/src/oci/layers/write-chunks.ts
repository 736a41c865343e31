import type { FileHandle } from "node:fs/promises";

/**
 * The size of one write. Network chunks are small, and each separate write would be a task for the
 * I/O threads.
 */
const batchBytes = 1024 * 1024;
/**
 * The limit for buffers in memory: a small chunk may be a view of a large buffer and keeps it in
 * memory.
 */
const heldBytes = 8 * batchBytes;

/** Appends a stream to a file. Many chunks are combined into one write. */
export async function writeChunks(file: FileHandle, source: AsyncIterable<Uint8Array>): Promise<void> {
  let batch: Uint8Array[] = [];
  let [size, held] = [0, 0];
  for await (const chunk of source) {
    batch.push(chunk);
    size += chunk.length;
    held += chunk.buffer.byteLength;
    if (size < batchBytes && held < heldBytes) continue;
    await writeBatch(file, batch, size);
    [batch, size, held] = [[], 0, 0];
  }
  await writeBatch(file, batch, size);
}

/** The kernel may write less than it is given, for example when a signal comes; then the rest is written piece by piece. */
async function writeBatch(file: FileHandle, batch: readonly Uint8Array[], size: number): Promise<void> {
  if (size === 0) return;
  const { bytesWritten } = await file.writev(batch as Uint8Array[]);
  let skip = bytesWritten;
  for (const chunk of bytesWritten === size ? [] : batch) {
    if (skip < chunk.length) await file.writeFile(chunk.subarray(skip));
    skip = Math.max(0, skip - chunk.length);
  }
}
