import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Bytes on the disk that removing `path` would free. A file with another name elsewhere stays there; of several names within
 * `path` none is counted, which is too little rather than too much.
 */
export async function bytesOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return 0;
  const own = stats.isDirectory() || stats.nlink === 1 ? stats.blocks * 512 : 0;
  const names = stats.isDirectory() ? await readdir(path).catch(() => []) : [];
  let bytes = own;
  for (const name of names) bytes += await bytesOf(join(path, name));
  return bytes;
}
