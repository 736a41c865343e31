import { createHash, type Hash, hash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

// Apart from the rest: detect, which has no use for them, would load node:crypto.

/**
 * Computes a digest of a file, or of the names and contents of a directory's files. The digest is
 * the key of a layer with the buildpack's own files.
 */
export async function digestOfFiles(path: string): Promise<string> {
  const names = await readdir(path).catch(() => [""]);
  const hash = createHash("sha256");
  for (const name of names.toSorted()) hash.update(`${name}\0`).update(await readFile(join(path, name)));
  return `sha256:${hash.digest("hex")}`;
}

/** Computes the digest of a text, as `sha256:<hex>`. */
export const digestOfText = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const chunkBytes = 4 * 1024 * 1024;

/**
 * The SHA-256 of a file of any size, in hexadecimal digits; `undefined` if the file cannot be read.
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

/** Adds a file of any size to a digest, in chunks. */
export function updateWithFile(digest: Hash, path: string): void {
  const [file, chunk] = [openSync(path, "r"), Buffer.allocUnsafe(chunkBytes)];
  try {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk))
      digest.update(chunk.subarray(0, bytes));
  } finally {
    closeSync(file);
  }
}
