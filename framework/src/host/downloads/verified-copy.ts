import { constants, createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import type { Checksum } from "./checksum.ts";
import type { Download } from "./download-options.ts";
import { Hashes } from "./integrity.ts";

/**
 * Copies the file `from` to `to` and verifies the new file. The new file appears complete and
 * correct, or not at all. Returns undefined if `from` has another digest. Both files share blocks
 * if the file system supports that.
 */
export async function copyVerified(from: string, to: string, checksum: Checksum): Promise<Download | undefined> {
  const result = await copyInto(from, to, async (copy) => {
    await chmod(copy, 0o644); // as that of a download: it may end up in an image, and a cache may be read-only
    return verified(copy, checksum);
  });
  return result;
}

/**
 * Reads a file and compares its digest with the checksum. Returns undefined if the digest differs.
 */
export async function verified(file: string, checksum: Checksum): Promise<Download | undefined> {
  const hashes = new Hashes(checksum);
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) hashes.update(chunk);
  const { sha256, mismatch } = hashes.finish();
  return mismatch === undefined ? { bytes: hashes.bytes, sha256 } : undefined;
}

/** Copies a file. The copy appears complete, or not at all. */
export async function copyWhole(from: string, to: string): Promise<void> {
  await copyInto(from, to, async () => true);
}

/** Copies a file and sets its mode regardless of the process's umask. */
export async function putFile(from: string, to: string, mode: number): Promise<void> {
  await copyInto(from, to, async (copy) => {
    await chmod(copy, mode);
    return true;
  });
}

async function copyInto<T>(
  from: string,
  to: string,
  accept: (copy: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  await mkdir(dirname(to), { recursive: true });
  const copy = `${to}.${process.pid}-${Math.random().toString(36).slice(2)}.partial`;
  try {
    await copyFile(from, copy, constants.COPYFILE_FICLONE);
    const result = await accept(copy);
    if (result !== undefined) await rename(copy, to);
    return result;
  } finally {
    await rm(copy, { force: true });
  }
}
