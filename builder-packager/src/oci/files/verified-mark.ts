import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, utimes } from "node:fs/promises";
import type { Digest } from "../model/digest.ts";

/**
 * The modification time that marks a complete file. A later write changes the modification time.
 * The number is even, because some file systems store times in units of two seconds.
 */
const verifiedSeconds = 315_532_802; // 1980, as everything in layers

/**
 * Marks a cached file as verified. On a file system that does not support marks, the file is hashed
 * again the next time.
 *
 * @example `await markVerified(store.blobFile(digest))`
 */
export const markVerified = (file: string): Promise<void> =>
  utimes(file, new Date(), verifiedSeconds).catch(() => undefined);

/** True if the path is a regular file that is marked as verified and was not modified since. */
export async function isMarkedVerified(file: string): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isFile() === true && stats.mtimeMs === verifiedSeconds * 1000;
}

/**
 * True if a blob exists and matches its digest. The blob is hashed only if it is not marked as
 * verified.
 */
export async function isIntact(file: string, digest: Digest, size?: number): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined);
  if (!stats?.isFile() || (size !== undefined && stats.size !== size)) return false;
  if (stats.mtimeMs === verifiedSeconds * 1000) return true;
  if ((await digestOf(file)) !== digest) return false;
  await markVerified(file);
  return true;
}

async function digestOf(file: string): Promise<Digest | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  } catch {
    return undefined; // removed meanwhile, or not for us
  }
  return `sha256:${hash.digest("hex")}`;
}
