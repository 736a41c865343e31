import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Returns the bytes available to the user on the file system of a path, which need not exist yet.
 */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    return freeBytes(dirname(path));
  }
}
