import { createHash, type Hash, hash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";

// Apart from the rest: detect, which has no use for them, would load node:crypto.

const chunkBytes = 4 * 1024 * 1024;

/**
 * Computes the SHA-256 of a file of any size. Returns hexadecimal digits, or `undefined` if the
 * file cannot be read.
 */
export function hashFile(path: string): string | undefined {
  try {
    if (statSync(path).size <= chunkBytes) return hash("sha256", readFileSync(path));
    const digest = createHash("sha256");
    updateWithFile(digest, path);
    return digest.digest("hex");
  } catch {
    return undefined;
  }
}

/** Updates a digest with the content of a file of any size, in chunks. */
export function updateWithFile(digest: Hash, path: string): void {
  const [file, chunk] = [openSync(path, "r"), Buffer.allocUnsafe(chunkBytes)];
  try {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk))
      digest.update(chunk.subarray(0, bytes));
  } finally {
    closeSync(file);
  }
}
